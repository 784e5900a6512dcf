/**
 * Support examples that vote: an answer is the mean of their labels, weighted by how near each is to the query,
 * ŷ = Σ_i a_i y_i with a = softmax of α cos(f(x), f(x_i)), and α learned as its logarithm.
 *
 * Of classes ŷ is the probabilities, and the logits are log(ŷ + ε) + log Σ_i exp(α cos(f(x), f(x_i))): a class that
 * nobody votes for keeps a finite loss, and the last term, which softmax takes away, makes of them log densities by
 * kernels, which say how near the support is. Of numbers ŷ is the answer.
 */

import type { TaskKind } from "../../data/index.js";
import { lax, nn, np, type Tensor } from "../../engine/index.js";
import { cosines } from "../../nn/cosine.js";
import type { Head, Targets } from "../types.js";
import { scaled } from "./scale.js";

const EPSILON = 1e-6;
/** The score of an example that has no vote. */
const SILENT = -1e9;

/** Keeps the support. `chosen` says which of the scores [Q, N] vote; all, when absent. */
export const votes = (task: TaskKind, chosen?: (scores: Tensor) => Tensor): Head => ({
  fit: (_, features, { labels, counts }) => ({ features, labels, counts }),

  outputs(params, fitted, queries) {
    const { features, labels, counts } = fitted as unknown as Targets & { features: Tensor };
    const known = np.where(counts.greater(0), scaled(cosines(queries, features), params), SILENT);
    const scores = chosen ? np.where(chosen(known), known, SILENT) : known;
    const answer = np.matmul(nn.softmax(scores, -1), labels);
    if (task === "regression") return answer;
    const most = lax.stopGradient(np.max(scores, -1, { keepdims: true }));
    const density = np.log(np.sum(np.exp(scores.sub(most)), -1, { keepdims: true })).add(most);
    return np.log(answer.add(EPSILON)).add(density);
  },
});
