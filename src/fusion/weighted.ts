/** The weighted sum f(x) = Σ_m α_m g_m(x) with α = softmax over the modalities present. */

import { np, type Tensor } from "../engine/index.js";
import { masked, total } from "./presence.js";
import type { ByModality, Fused } from "./types.js";

/**
 * Weighted sum with weights α_m = present_m e^{s_m} / Σ_j present_j e^{s_j} from `scores` s_m `[N]`. An example with no
 * modality (padding) has weights and sum 0. The largest score present is subtracted first, for numerical stability.
 */
export function weightedSum(
  scores: ByModality<Tensor>,
  features: ByModality<Tensor>,
  present: ByModality<Tensor>,
): Fused {
  const names = Object.keys(features);
  const score = np.stack(
    names.map((name) => scores[name]),
    0,
  );
  const mask = np.stack(
    names.map((name) => present[name]),
    0,
  );
  const largest = np.max(np.where(mask.greater(0), score, -1e9), 0, { keepdims: true });
  const exponentials = np.where(mask.greater(0), np.exp(np.where(mask.greater(0), score.sub(largest), 0)), 0);
  const alpha = exponentials.div(np.maximum(np.sum(exponentials, 0, { keepdims: true }), 1e-9));
  const weights = Object.fromEntries(names.map((name, i) => [name, alpha.slice(i)]));
  return { fused: total(Object.values(masked(features, weights))), weights };
}
