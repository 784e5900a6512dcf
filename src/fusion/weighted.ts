/** The weighted sum f(x) = Σ_m α_m g_m(x) with α = softmax over the modalities present. */

import { np, type Tensor } from "../engine/index.js";
import { masked, total } from "./presence.js";
import type { ByModality } from "./types.js";

/**
 * Weights α_m = present_m e^{s_m} / Σ_j present_j e^{s_j} from scores s_m [N], and the sum they make. An example
 * with no modality (padding) has weights and sum 0. The greatest score present is subtracted first.
 */
export function weightedSum(
  scores: ByModality<Tensor>,
  features: ByModality<Tensor>,
  present: ByModality<Tensor>,
): { fused: Tensor; weights: ByModality<Tensor> } {
  const names = Object.keys(features);
  const score = np.stack(
    names.map((name) => scores[name]),
    0,
  );
  const has = np.stack(
    names.map((name) => present[name]),
    0,
  );
  const top = np.max(np.where(has.greater(0), score, -1e9), 0, { keepdims: true });
  const raised = np.where(has.greater(0), np.exp(np.where(has.greater(0), score.sub(top), 0)), 0);
  const alpha = raised.div(np.maximum(np.sum(raised, 0, { keepdims: true }), 1e-9));
  const weights = Object.fromEntries(names.map((name, i) => [name, alpha.slice(i)]));
  return { fused: total(Object.values(masked(features, weights))), weights };
}
