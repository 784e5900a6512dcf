/**
 * ANIL (Raghu, Raghu, Bengio, Vinyals, 2020): MAML whose steps change the head alone, on features computed once,
 * w' = w − α ∇_w L(w; f_θ(support)); min_θ E_task L(w'; f_θ(query)), differentiated through the steps.
 *
 * The network is not adapted, so ANIL is a head fitted to embeddings, and examples may be normalised by running averages.
 */

import { z } from "zod";
import { gradient } from "../../engine/index.js";
import { linear } from "../../nn/layers.js";
import { type TaskObjective, taskObjectives } from "../../objective/index.js";
import { clipByNorm, descend } from "../../optim/optimizer.js";
import { sgd } from "../../optim/sgd.js";
import { embeddingLearner } from "../embedding.js";
import { defineLearner, type Head } from "../types.js";
import { type HeadStart, headLoss, initHead, type LinearHead, startHead } from "./linear-head.js";
import { clippedLearningRateByWidth, innerClip } from "./regression-defaults.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(50).default(5),
  /** Their learning rate α; for regression by default 0.01, less for features wider than 64. */
  innerLearningRate: z.number().positive().default(0.1),
  innerClip,
});
type AnilOptions = z.infer<typeof options>;

/** Fits the linear head by gradient descent. */
const descendedHead = (
  { innerSteps, innerLearningRate, innerClip }: AnilOptions,
  objective: TaskObjective,
): Head<HeadStart, LinearHead> => ({
  fit(params, features, targets) {
    const loss = (head: LinearHead) => headLoss(objective, features, head, targets);
    const gradientAt = (head: LinearHead) => clipByNorm(gradient(loss)(head), innerClip);
    const start = startHead(params, features.shape[1], targets.classMask.shape[0]);
    return descend(sgd<LinearHead>(innerLearningRate), start, gradientAt, innerSteps);
  },

  outputs: (_, head, features) => linear(features, head),
});

export const anil = defineLearner({
  name: "anil",
  summary: "MAML that adapts the linear head only",
  source: "Raghu, Raghu, Bengio, Vinyals 2020",
  options,
  regressionDefaults: clippedLearningRateByWidth(0.01),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create: (options, task) =>
    embeddingLearner(descendedHead(options, taskObjectives[task]), (width) => initHead(task, width)),
});
