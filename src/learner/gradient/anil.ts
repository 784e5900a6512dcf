/**
 * ANIL (Raghu, Raghu, Bengio, Vinyals, 2020): MAML whose steps change the head alone, on features computed once,
 * w' = w − α ∇_w L(w; f_θ(support)); min_θ E_task L(w'; f_θ(query)), differentiated through the steps.
 *
 * The features stay as they are, so it is a head fitted to embeddings, and examples may be normalised by `running`
 * averages.
 */

import { z } from "zod";
import { gradient } from "../../engine/index.js";
import { linear } from "../../nn/layers.js";
import { type Judge, judges } from "../../objective/tasks.js";
import { clipped, sgd } from "../../optim/steps.js";
import { embeddingLearner } from "../embedding.js";
import { defineLearner, type Head } from "../types.js";
import { headLoss, initHead, type LinearHead, startHead } from "./linear-head.js";
import { clippedByWidth, innerClip } from "./regression-rate.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(50).default(5),
  /** Their step size α; for regression by default 0.01, less for features wider than 64. */
  innerRate: z.number().positive().default(0.1),
  innerClip,
});
export type AnilOptions = z.infer<typeof options>;

/** Keeps the adapted {@link LinearHead}. */
const descended = ({ innerSteps, innerRate, innerClip }: AnilOptions, judge: Judge): Head => ({
  fit(learned, features, targets) {
    const step = sgd<LinearHead>(innerRate);
    let head = startHead(learned, features.shape[1], targets.ways.shape[0]);
    for (let s = 0; s < innerSteps; s++) {
      const slope = gradient((h: LinearHead) => headLoss(judge, features, h, targets))(head);
      head = step(head, clipped(slope, innerClip));
    }
    return head;
  },

  outputs: (_, fitted, features) => linear(features, fitted as LinearHead),
});

export const anil = defineLearner({
  name: "anil",
  summary: "gradient descent on the head alone, features learned for it",
  source: "Raghu, Raghu, Bengio, Vinyals 2020",
  options,
  regressionDefaults: clippedByWidth(0.01),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create: (own: AnilOptions, task) =>
    embeddingLearner(descended(own, judges[task]), (width) => initHead(task, width)),
});
