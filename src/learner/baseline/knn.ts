/**
 * k nearest neighbours (Cover and Hart, 1967), whose votes weigh by nearness as those of Wu, Xiong, Yu and Lin (2018)
 * do: ŷ = Σ_i a_i y_i over the k support examples of largest cosine. Which ones these are is held constant when it is
 * trained, on episodes as the others are. Neighbours that tie for the last place all vote.
 */

import { z } from "zod";
import { lax, np, type Tensor } from "../../engine/index.js";
import { embeddingLearner } from "../embedding.js";
import { votes } from "../metric/neighbours.js";
import { initScale } from "../metric/scale.js";
import { defineLearner } from "../types.js";

const options = z.strictObject({
  /** Neighbours that vote. */
  k: z.number().int().min(1).default(3),
});
export type KnnOptions = z.infer<typeof options>;

/** Which of the scores [Q, N] are among their row's k largest. */
const largest =
  (k: number) =>
  (scores: Tensor): Tensor => {
    const fixed = lax.stopGradient(scores);
    const last = Math.max(0, fixed.shape[1] - k);
    return fixed.greaterEqual(np.sort(fixed, -1).slice([], [last, last + 1]));
  };

export const knn = defineLearner({
  name: "knn",
  summary: "the nearest support examples vote",
  source: "Cover, Hart 1967; Wu, Xiong, Yu, Lin 2018",
  options,
  tasks: ["classification", "regression"],
  certainty: "logit",
  create: ({ k }: KnnOptions, task) => embeddingLearner(votes(task, largest(k)), initScale),
});
