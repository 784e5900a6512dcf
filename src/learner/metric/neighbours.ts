/**
 * Prediction by weighted votes of support examples: ŷ = Σ_i a_i y_i with a = softmax of α cos(f(x), f(x_i)), and α learned
 * as its logarithm.
 *
 * For classification, ŷ are the class probabilities and the logits are log(ŷ + ε) + log Σ_i exp(α cos(f(x), f(x_i))). ε
 * keeps the loss of a class without votes finite. The second term does not change the probabilities; it makes the logits
 * log kernel densities, so that they measure the distance to the support. For regression, ŷ is the output.
 */

import type { TaskKind } from "../../data/index.js";
import { lax, nn, np, type Tensor } from "../../engine/index.js";
import { cosines } from "../../nn/cosine.js";
import type { Head } from "../types.js";
import { type Scale, scaled } from "./scale.js";

const EPSILON = 1e-6;
/** Score of an example without a vote. */
const NO_VOTE = -1e9;

/** Features `[N, width]` of the support, their labels `[N, way]` and example mask `[N]`. */
type Support = { readonly features: Tensor; readonly labels: Tensor; readonly counts: Tensor };

/** The voting head. `selected` maps scores `[Q, N]` to a mask of the examples that vote; all do, when absent. */
export const votingHead = (task: TaskKind, selected?: (scores: Tensor) => Tensor): Head<Scale, Support> => ({
  fit: (_, features, { labels, mask }) => ({ features, labels, counts: mask }),

  outputs(params, { features, labels, counts: mask }, queries) {
    const similarity = np.where(mask.greater(0), scaled(cosines(queries, features), params), NO_VOTE);
    const scores = selected ? np.where(selected(similarity), similarity, NO_VOTE) : similarity;
    const prediction = np.matmul(nn.softmax(scores, -1), labels);
    if (task === "regression") return prediction;
    const largest = lax.stopGradient(np.max(scores, -1, { keepdims: true }));
    const logDensity = np.log(np.sum(np.exp(scores.sub(largest)), -1, { keepdims: true })).add(largest);
    return np.log(prediction.add(EPSILON)).add(logDensity);
  },
});
