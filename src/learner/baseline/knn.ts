/**
 * k nearest neighbours (Cover and Hart, 1967) with votes weighted by similarity (Wu, Xiong, Yu, Lin, 2018):
 * ŷ = Σ_i a_i y_i over the k support examples of largest cosine. The choice of neighbours is held constant in training, on
 * episodes like all learners. Neighbours tied for the last place all vote.
 */

import { z } from "zod";
import { limits } from "../../base/defaults.js";
import { lax, np, type Tensor } from "../../engine/index.js";
import { embeddingLearner } from "../embedding.js";
import { votingHead } from "../metric/neighbours.js";
import { initScale } from "../metric/scale.js";
import { defineLearner } from "../types.js";

const options = z.strictObject({
  /** Number of neighbours that vote. */
  k: z.number().int().min(1).max(limits.count).default(3),
});

/** Mask `[Q, N]` of the scores that are among their row's k largest. */
const largest =
  (k: number) =>
  (scores: Tensor): Tensor => {
    const fixed = lax.stopGradient(scores);
    const last = Math.max(0, fixed.shape[1] - k);
    return fixed.greaterEqual(np.sort(fixed, -1).slice([], [last, last + 1]));
  };

export const knn = defineLearner({
  name: "knn",
  summary: "weighted vote of the k nearest support examples",
  source: "Cover, Hart 1967; Wu, Xiong, Yu, Lin 2018",
  options,
  tasks: ["classification", "regression"],
  certainty: "logit",
  create: ({ k }, task) => embeddingLearner(votingHead(task, largest(k)), initScale),
});
