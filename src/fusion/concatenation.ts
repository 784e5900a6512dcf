/**
 * f(x) = [z_1; …; z_M] W, the vectors one after another and projected, with z_m = g_m(x) where the modality is
 * present and a learned vector e_m where it is not (early fusion: Ngiam et al., 2011; a learned stand-in: Parthasarathy,
 * Sundaram, 2020). W is kept as one block a modality, f(x) = Σ_m z_m W_m. No bias: nearest prototypes would not see it.
 */

import { np, type Tensor } from "../engine/index.js";
import { constant, lecunNormal } from "../nn/init.js";
import { equalShares, masked, total } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";

type Block = { readonly weight: Tensor; readonly absent: Tensor };

export const concatenation = defineFusion({
  name: "concatenation",
  summary: "the vectors side by side, projected; a learned one where absent",
  source: "Ngiam et al. 2011; Parthasarathy, Sundaram 2020",
  init: (modalities, width, streams) =>
    Object.fromEntries(
      modalities.map((name) => [
        name,
        {
          weight: lecunNormal(streams(name), [width, width], width),
          absent: constant(0, [width]),
        },
      ]),
    ),
  fuse(params, features, present) {
    const own = masked(features, present);
    const terms = Object.entries(params as ByModality<Block>).map(([name, { weight, absent }]) => {
      if (!Object.hasOwn(own, name)) return np.matmul(absent.reshape([1, -1]), weight);
      const lacks = present[name].mul(-1).add(1).reshape([-1, 1]);
      return np.matmul(own[name].add(lacks.mul(absent)), weight);
    });
    return { fused: total(terms), weights: equalShares(present) };
  },
});
