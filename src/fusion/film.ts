/**
 * Feature-wise linear modulation (Perez, Strub, de Vries, Dumoulin, Courville, 2018): one modality scales and shifts
 * another's features. Here each present modality is modulated by all others present, so none is special:
 *
 * f(x) = mean over m of (1 + γ_m) ⊙ g_m(x) + β_m, with γ_m and β_m the means over j ≠ m of g_j(x) G_j + c_j and
 * g_j(x) B_j. A modality by itself is left as it is; all start from zero, hence f from the mean.
 */

import { np, type Tensor } from "../engine/index.js";
import { constant } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";
import { countPresent, equalShares, mapEach, masked, meanPresent, total } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";

type Modulation = { readonly scale: Linear; readonly shift: Tensor };

export const film = defineFusion({
  name: "film",
  summary: "each modality scales and shifts the features of the others",
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
  fuse(params, features, present) {
    const of = params as ByModality<Modulation>;
    const others = np.maximum(countPresent(present).sub(1), 1).reshape([-1, 1]);
    /** What each modality is told by the others: the mean of what these say. */
    const told = (said: ByModality<Tensor>) => {
      const heard = masked(said, present);
      const all = total(Object.values(heard));
      return mapEach(heard, (own) => all.sub(own).div(others));
    };
    const scale = told(mapEach(features, (h, name) => linear(h, of[name].scale)));
    const shift = told(mapEach(features, (h, name) => np.matmul(h, of[name].shift)));
    const modulated = mapEach(features, (h, name) => h.mul(scale[name].add(1)).add(shift[name]));
    return { fused: meanPresent(modulated, present), weights: equalShares(present) };
  },
});
