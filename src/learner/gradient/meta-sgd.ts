/**
 * Meta-SGD (Li, Zhou, Chen, Li, 2017): MAML that also learns a learning rate per parameter,
 * θ' = θ − α ⊙ ∇_θ L(θ; support); min_{θ,α} E_task L(θ'; query), differentiated through the steps.
 *
 * The head has one learning rate per feature, shared by all classes, so any number of classes works. From a zero head, the
 * first step changes the head alone, so the network's learning rates are trained from the second step on.
 */

import { z } from "zod";
import { mapArrays, type NDArray } from "../../base/array.js";
import { gradient } from "../../engine/index.js";
import { constant } from "../../nn/init.js";
import { clipByNorm, descend } from "../../optim/optimizer.js";
import { sgdPerParameter } from "../../optim/sgd.js";
import { defineLearner } from "../types.js";
import { descentLearner, type FastWeights, startFast, supportLoss } from "./descent.js";
import { type HeadStart, initHead } from "./linear-head.js";
import { clippedLearningRateByWidth, innerClip } from "./regression-defaults.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(50).default(2),
  /** Initial value of every learning rate; for regression by default 0.01, less for features wider than 64. */
  innerLearningRate: z.number().positive().default(0.1),
  innerClip,
});

/** `head`, the learned start of the head, and `rates` α, a tree like the fast weights. */
type Params = { readonly head: HeadStart; readonly rates: FastWeights };

export const metaSgd = defineLearner({
  name: "meta-sgd",
  summary: "MAML with a learned learning rate per parameter",
  source: "Li, Zhou, Chen, Li 2017",
  options,
  regressionDefaults: clippedLearningRateByWidth(0.01),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create: ({ innerSteps, innerLearningRate, innerClip }, task) =>
    descentLearner<Params>(
      (width, _random, { network }) => {
        const rate = ({ shape }: NDArray) => constant(innerLearningRate, shape);
        const head = {
          weight: constant(innerLearningRate, [width, 1]),
          bias: constant(innerLearningRate, [1]),
        };
        return {
          head: initHead(task, width),
          rates: { network: mapArrays(rate, network), head },
        };
      },
      (context, { network, learner: { head, rates } }, state, support, classMask) => {
        const loss = supportLoss(context, state, support, classMask);
        const gradientAt = (fast: FastWeights) => clipByNorm(gradient(loss)(fast), innerClip);
        const start = startFast(context, { network, learner: head }, classMask);
        return descend(sgdPerParameter(rates), start, gradientAt, innerSteps);
      },
    ),
});
