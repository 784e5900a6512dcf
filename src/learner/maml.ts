/**
 * MAML (Finn, Abbeel, Levine, 2017): learn an initialisation θ from which a few gradient steps on the support,
 * θ' = θ − α ∇_θ L(θ; support), do well on the query; min_θ E_task L(θ'; query), differentiated through the steps.
 * `firstOrder` (FOMAML) takes the steps' gradients for constants.
 */

import { z } from "zod";
import type { TaskKind } from "../data/index.js";
import { gradient, lax, mapTensors } from "../engine/index.js";
import { descentLearner, type Fast } from "./descent.js";
import { headLoss } from "./linear-head.js";
import { targetsOf } from "./objective.js";
import { sgd } from "./steps.js";
import type { Learner, LearnerMethod } from "./types.js";

const options = z.strictObject({
  /** Gradient steps on the support while meta-training. */
  innerSteps: z.number().int().min(1).max(50).default(5),
  /** Their step size α. */
  innerRate: z.number().positive().default(0.1),
  /** Take the steps' gradients for constants (FOMAML). */
  firstOrder: z.boolean().default(false),
});
export type MamlOptions = z.infer<typeof options>;

const create = ({ innerSteps, innerRate, firstOrder }: MamlOptions, task: TaskKind): Learner =>
  descentLearner(task, ({ network, judge }, start, state, support, ways) => {
    const targets = targetsOf(support, ways);
    const loss = (p: Fast) =>
      headLoss(judge, network.embed(p.network, support, state, "measured").features, p.head, targets);
    const step = sgd<Fast>(innerRate);
    let fast = start;
    for (let s = 0; s < innerSteps; s++) {
      const slope = gradient(loss)(fast);
      const fixed = firstOrder ? mapTensors((g) => lax.stopGradient(g), slope) : slope;
      fast = step(fast, fixed);
    }
    return fast;
  });

export const maml: LearnerMethod = {
  name: "maml",
  summary: "learn where to start gradient descent from",
  source: "Finn, Abbeel, Levine 2017",
  options,
  tasks: ["classification", "regression"],
  create,
};
