/**
 * f(x) = Σ_m α_m(x) g_m(x) with α = softmax over the modalities present of s_m(x) = v_m · g_m(x) + b_m: each
 * example decides how much to trust each modality.
 */

import { np, type Tensor } from "../engine/index.js";
import { constant } from "../nn/init.js";
import { mapEach } from "./presence.js";
import { defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

export const gated = defineFusion({
  name: "gated",
  summary: "a weight a modality that depends on the example",
  source: "Jacobs, Jordan, Nowlan, Hinton 1991; Arevalo et al. 2017",
  init: (modalities, width) =>
    Object.fromEntries(
      modalities.map((name) => [name, { vector: constant(0, [width]), bias: constant(0, [1]) }]),
    ),
  fuse(params, features, present) {
    const gates = params as Record<string, { vector: Tensor; bias: Tensor }>;
    const scores = mapEach(features, (h, name) => np.matmul(h, gates[name].vector).add(gates[name].bias));
    return weightedSum(scores, features, present);
  },
});
