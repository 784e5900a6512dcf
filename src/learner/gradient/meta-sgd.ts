/**
 * Meta-SGD (Li, Zhou, Chen, Li, 2017): MAML that also learns how far each parameter steps, a rate each,
 * θ' = θ − α ⊙ ∇_θ L(θ; support); min_{θ,α} E_task L(θ'; query), differentiated through the steps.
 *
 * A head's column has one rate a feature, the same for every class, so any number of classes works. The first step from
 * a head of zeros moves that head alone, so rates of the network are learned from the second step on.
 */

import { z } from "zod";
import { type Arrays, mapTree, type NDArray, type Tree } from "../../base/array.js";
import { gradient, mapTensors, type Tensors } from "../../engine/index.js";
import { constant } from "../../nn/init.js";
import { clipped } from "../../optim/steps.js";
import { defineLearner } from "../types.js";
import { descentLearner, type Fast, startFast, supportLoss } from "./descent.js";
import { initHead } from "./linear-head.js";
import { clippedByWidth, innerClip } from "./regression-rate.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(1).max(50).default(2),
  /** Where every rate starts; for regression by default 0.01, less for features wider than 64. */
  innerRate: z.number().positive().default(0.1),
  innerClip,
});
export type MetaSgdOptions = z.infer<typeof options>;

/** `rates` has the tree of what is adapted. */
type Own = { readonly head: Tensors; readonly rates: Fast };

export const metaSgd = defineLearner({
  name: "meta-sgd",
  summary: "descent with a learned step size for every parameter",
  source: "Li, Zhou, Chen, Li 2017",
  options,
  regressionDefaults: clippedByWidth(0.01),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create: ({ innerSteps, innerRate, innerClip }: MetaSgdOptions, task) => ({
    ...descentLearner(task, (context, { network, learner }, state, support, ways) => {
      const { head, rates } = learner as unknown as Own;
      const loss = supportLoss(context, state, support, ways);
      let fast = startFast(context, { network, learner: head }, ways);
      for (let s = 0; s < innerSteps; s++)
        fast = mapTensors(
          (p, g, rate) => p.sub(g.mul(rate)),
          fast,
          clipped(gradient(loss)(fast), innerClip),
          rates,
        );
      return fast;
    }),
    init(width, _random, { network }) {
      const rate = ({ shape }: NDArray) => constant(innerRate, shape);
      const head = { weight: constant(innerRate, [width, 1]), bias: constant(innerRate, [1]) };
      return {
        head: initHead(task, width),
        rates: { network: mapTree(rate as never, network as Tree<NDArray>) as Arrays, head },
      };
    },
  }),
});
