/**
 * Baseline++ (Chen, Liu, Kira, Wang, Huang, 2019): a cosine classifier, logit_k = α cos(f(x), w_k), fine-tuned on the
 * support by gradient descent, w' = w − η ∇_w L(w; support), with α learned as its logarithm.
 *
 * A class's w starts from the mean of its examples (Qi, Brown, Lowe, 2018), where the paper draws it, so that the order
 * of classes does not matter. The paper trains the network on all classes at once; trained by itself, this row is
 * trained on episodes, through the steps.
 */

import { z } from "zod";
import { gradient, type Tensor } from "../../engine/index.js";
import { cosines, unit } from "../../nn/cosine.js";
import { judges } from "../../objective/tasks.js";
import { sgd } from "../../optim/steps.js";
import { embeddingLearner } from "../embedding.js";
import { prototypes } from "../metric/prototypes.js";
import { initScale, scaled } from "../metric/scale.js";
import { defineLearner, type Head } from "../types.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(100).default(20),
  /** Their step size η. */
  innerRate: z.number().positive().default(0.1),
});
export type BaselinePlusPlusOptions = z.infer<typeof options>;

/** Keeps the weights [way, width]. */
const tuned = ({ innerSteps, innerRate }: BaselinePlusPlusOptions): Head => ({
  fit(params, features, targets) {
    const step = sgd<Tensor>(innerRate);
    const loss = (weight: Tensor) =>
      judges.classification.loss(this.outputs(params, weight, features), targets);
    let weight = unit(prototypes(features, targets));
    for (let s = 0; s < innerSteps; s++) weight = step(weight, gradient(loss)(weight));
    return weight;
  },

  outputs: (params, fitted, features) => scaled(cosines(features, fitted as Tensor), params),
});

export const baselinePlusPlus = defineLearner({
  name: "baseline++",
  summary: "a cosine classifier fine-tuned on the support",
  source: "Chen, Liu, Kira, Wang, Huang 2019",
  options,
  tasks: ["classification"],
  certainty: "logit",
  create: (own: BaselinePlusPlusOptions) => embeddingLearner(tuned(own), initScale),
});
