/**
 * Baseline++ (Chen, Liu, Kira, Wang, Huang, 2019): a cosine classifier, logit_k = α cos(f(x), w_k), fine-tuned on the
 * support by gradient descent, w' = w − η ∇_w L(w; support), with α learned as its logarithm.
 *
 * w_k starts from the mean of the class's normalised examples (Qi, Brown, Lowe, 2018), so that the order of classes does
 * not matter; the paper draws it. The paper trains the network on all classes at once; trained on its own, this learner is
 * trained on episodes, through the steps.
 */

import { z } from "zod";
import { gradient, type Tensor } from "../../engine/index.js";
import { cosines, unit } from "../../nn/cosine.js";
import { taskObjectives } from "../../objective/index.js";
import { descend } from "../../optim/optimizer.js";
import { sgd } from "../../optim/sgd.js";
import { embeddingLearner } from "../embedding.js";
import { prototypes } from "../metric/prototypes.js";
import { initScale, type Scale, scaled } from "../metric/scale.js";
import { defineLearner, type Head } from "../types.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(100).default(20),
  /** Their learning rate η. */
  innerLearningRate: z.number().positive().default(0.1),
});
type BaselinePlusPlusOptions = z.infer<typeof options>;

const outputs = (params: Scale, weight: Tensor, features: Tensor): Tensor =>
  scaled(cosines(features, weight), params);

/** Fits the weights w `[way, width]`. */
const cosineHead = ({ innerSteps, innerLearningRate }: BaselinePlusPlusOptions): Head<Scale, Tensor> => ({
  fit(params, features, targets) {
    const loss = (weight: Tensor) =>
      taskObjectives.classification.loss(outputs(params, weight, features), targets);
    const start = unit(prototypes(features, targets));
    return descend(sgd<Tensor>(innerLearningRate), start, gradient(loss), innerSteps);
  },
  outputs,
});

export const baselinePlusPlus = defineLearner({
  name: "baseline++",
  summary: "cosine classifier fine-tuned on the support",
  source: "Chen, Liu, Kira, Wang, Huang 2019",
  options,
  tasks: ["classification"],
  certainty: "logit",
  create: (options) => embeddingLearner(cosineHead(options), initScale),
});
