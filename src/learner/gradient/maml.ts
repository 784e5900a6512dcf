/**
 * MAML (Finn, Abbeel, Levine, 2017): learn an initialisation θ from which a few gradient steps on the support,
 * θ' = θ − α ∇_θ L(θ; support), do well on the query; min_θ E_task L(θ'; query), differentiated through the steps.
 */

import { z } from "zod";
import { gradient } from "../../engine/index.js";
import { clipped, sgd } from "../../optim/steps.js";
import { defineLearner } from "../types.js";
import { descentLearner, type Fast, startFast, supportLoss } from "./descent.js";
import { clippedByWidth, innerClip } from "./regression-rate.js";

const options = z.strictObject({
  /** Gradient steps on the support while meta-training. */
  innerSteps: z.number().int().min(1).max(50).default(5),
  /** Their step size α; for regression by default 0.01, less for features wider than 64. */
  innerRate: z.number().positive().default(0.1),
  innerClip,
});
export type MamlOptions = z.infer<typeof options>;

export const maml = defineLearner({
  name: "maml",
  summary: "learn where to start gradient descent from",
  source: "Finn, Abbeel, Levine 2017",
  options,
  regressionDefaults: clippedByWidth(0.01),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create: ({ innerSteps, innerRate, innerClip }: MamlOptions, task) =>
    descentLearner(task, (context, params, state, support, ways) => {
      const loss = supportLoss(context, state, support, ways);
      const step = sgd<Fast>(innerRate);
      let fast = startFast(context, params, ways);
      for (let s = 0; s < innerSteps; s++) fast = step(fast, clipped(gradient(loss)(fast), innerClip));
      return fast;
    }),
});
