/**
 * MAML (Finn, Abbeel, Levine, 2017): learn an initialisation θ from which a few gradient steps on the support,
 * θ' = θ − α ∇_θ L(θ; support), do well on the query; min_θ E_task L(θ'; query), differentiated through the steps.
 */

import { z } from "zod";
import type { TaskKind } from "../../data/index.js";
import { gradient } from "../../engine/index.js";
import { clipByNorm, descend } from "../../optim/optimizer.js";
import { sgd } from "../../optim/sgd.js";
import { defineLearner } from "../types.js";
import { type DescentLearner, descentLearner, type FastWeights, startFast, supportLoss } from "./descent.js";
import { type HeadStart, initHead } from "./linear-head.js";
import { clippedLearningRateByWidth, innerClip } from "./regression-defaults.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(50).default(5),
  /** Their learning rate α; for regression by default 0.01, less for features wider than 64. */
  innerLearningRate: z.number().positive().default(0.1),
  innerClip,
});
type MamlOptions = z.infer<typeof options>;

/** The MAML learner, whose meta-gradient `fomaml` replaces. */
export const mamlLearner = (
  { innerSteps, innerLearningRate, innerClip }: MamlOptions,
  task: TaskKind,
): DescentLearner<HeadStart> =>
  descentLearner<HeadStart>(
    (width) => initHead(task, width),
    (context, params, state, support, classMask) => {
      const loss = supportLoss(context, state, support, classMask);
      const gradientAt = (fast: FastWeights) => clipByNorm(gradient(loss)(fast), innerClip);
      const start = startFast(context, params, classMask);
      return descend(sgd<FastWeights>(innerLearningRate), start, gradientAt, innerSteps);
    },
  );

export const maml = defineLearner({
  name: "maml",
  summary: "learn an initialisation for gradient steps on the support",
  source: "Finn, Abbeel, Levine 2017",
  options,
  regressionDefaults: clippedLearningRateByWidth(0.01),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create: mamlLearner,
});
