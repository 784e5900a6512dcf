/**
 * Gated fusion (Arevalo et al., 2017; mixture of experts: Jacobs, Jordan, Nowlan, Hinton, 1991):
 * f(x) = Σ_m α_m(x) g_m(x) with α = softmax over the modalities present of s_m(x) = v_m · g_m(x) + b_m. The weight of a
 * modality depends on the example.
 */

import { np, type Tensor } from "../engine/index.js";
import { constant } from "../nn/init.js";
import { mapEach } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

/** `vector` v `[width]` and `bias` b `[1]` per modality. */
export type Gates = ByModality<{ readonly vector: Tensor; readonly bias: Tensor }>;

export const gated = defineFusion({
  name: "gated",
  summary: "weighted sum with weights per modality that depend on the example",
  source: "Jacobs, Jordan, Nowlan, Hinton 1991; Arevalo et al. 2017",
  init: (modalities, width) =>
    Object.fromEntries(
      modalities.map((name) => [name, { vector: constant(0, [width]), bias: constant(0, [1]) }]),
    ),
  fuse(gates: Gates, features, present) {
    const scores = mapEach(features, (h, name) => np.matmul(h, gates[name].vector).add(gates[name].bias));
    return weightedSum(scores, features, present);
  },
});
