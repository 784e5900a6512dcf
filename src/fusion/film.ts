/**
 * Feature-wise linear modulation (FiLM: Perez, Strub, de Vries, Dumoulin, Courville, 2018): one modality scales and shifts
 * another's features. Here each present modality is modulated by all others present, so none is special:
 *
 * f(x) = mean over m of (1 + γ_m) ⊙ g_m(x) + β_m, with γ_m and β_m the means over j ≠ m of g_j(x) G_j + c_j and
 * g_j(x) B_j. A single modality is not modulated. All parameters start from zero, so f starts from the mean.
 */

import { np, type Tensor } from "../engine/index.js";
import { constant } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";
import { countPresent, equalShares, mapEach, masked, meanPresent, total } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";

/** `scale` G and c, `shift` B `[width, width]` per modality. */
type Modulations = ByModality<{ readonly scale: Linear; readonly shift: Tensor }>;

export const film = defineFusion({
  name: "film",
  summary: "mean of embeddings, each scaled and shifted by the other modalities",
  source: "Perez, Strub, de Vries, Dumoulin, Courville 2018",
  init: (modalities, width) =>
    Object.fromEntries(
      modalities.map((name) => [
        name,
        {
          scale: { weight: constant(0, [width, width]), bias: constant(0, [width]) },
          shift: constant(0, [width, width]),
        },
      ]),
    ),
  fuse(modulations: Modulations, features, present) {
    const otherCount = np.maximum(countPresent(present).sub(1), 1).reshape([-1, 1]);
    /** Mean of the other present modalities' projections, per modality. */
    const meanOfOthers = (projections: ByModality<Tensor>) => {
      const maskedProjections = masked(projections, present);
      const sum = total(Object.values(maskedProjections));
      return mapEach(maskedProjections, (projection) => sum.sub(projection).div(otherCount));
    };
    const scale = meanOfOthers(mapEach(features, (h, name) => linear(h, modulations[name].scale)));
    const shift = meanOfOthers(mapEach(features, (h, name) => np.matmul(h, modulations[name].shift)));
    const modulated = mapEach(features, (h, name) => h.mul(scale[name].add(1)).add(shift[name]));
    return { fused: meanPresent(modulated, present), weights: equalShares(present) };
  },
});
