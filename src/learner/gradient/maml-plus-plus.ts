/**
 * MAML++ (Antoniou, Edwards, Storkey, 2019): MAML that learns a learning rate per layer and step, and minimises the query's
 * loss after every step, θ_s = θ_{s−1} − α_s ∇L(θ_{s−1}; support); min_{θ,α} E_task Σ_s v_s L(θ_s; query), differentiated
 * through the steps.
 *
 * Each step has twice the loss weight of the one before, v_s = 2^s / Σ_t 2^t, throughout training; the paper anneals the
 * weights towards the last step. The paper's statistics per step are what `support` normalisation computes.
 *
 * From a zero head, the first step changes the head alone, so layers have learning rates from the second step on.
 */

import { z } from "zod";
import { mapArrays } from "../../base/array.js";
import type { TaskKind } from "../../data/index.js";
import { gradient, mapTensors, type Tensor, type Tensors } from "../../engine/index.js";
import { constant } from "../../nn/init.js";
import type { Context, LabelledBatch, LearnedParams, ModelState } from "../../objective/index.js";
import { clipByNorm, type Optimizer, trajectory } from "../../optim/optimizer.js";
import { defineLearner } from "../types.js";
import {
  type DescentLearner,
  descentLearner,
  type FastWeights,
  queryScore,
  startFast,
  supportLoss,
} from "./descent.js";
import { type HeadStart, initHead } from "./linear-head.js";
import { clippedLearningRateByWidth, innerClip } from "./regression-defaults.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(2).max(50).default(5),
  /** Initial value of every learning rate; for regression by default 0.01, less for features wider than 64. */
  innerLearningRate: z.number().positive().default(0.1),
  innerClip,
});
type MamlPlusPlusOptions = z.infer<typeof options>;

/** `head`, the learned start of the head, and `rates` α, a tree like the fast weights with `[steps]` at each leaf. */
type Params = { readonly head: HeadStart; readonly rates: FastWeights };

/** Number of steps from a new episode's head that do not change the network. */
const headSteps = (task: TaskKind) => (task === "classification" ? 1 : 0);

/** Gradient descent with a learning rate per layer and step; its state is the step, counted from 0. */
function sgdPerLayerAndStep(rates: FastWeights, task: TaskKind): Optimizer<FastWeights, number> {
  const move = <P extends Tensors>(step: number, params: P, gradient: P, rates: P): P =>
    step < 0 ? params : mapTensors((p, g, rate) => p.sub(g.mul(rate.slice(step))), params, gradient, rates);
  return {
    init: () => 0,
    update: (fast, gradient, step) => ({
      params: {
        network: move(step - headSteps(task), fast.network, gradient.network, rates.network),
        head: move(step, fast.head, gradient.head, rates.head),
      },
      state: step + 1,
    }),
  };
}

function create(options: MamlPlusPlusOptions, task: TaskKind): DescentLearner<Params> {
  const { innerSteps, innerLearningRate, innerClip } = options;

  /** θ_1, θ_2, … */
  const fastWeights = (
    context: Context,
    { network, learner: { head, rates } }: LearnedParams<Params>,
    state: ModelState,
    support: LabelledBatch,
    classMask: Tensor,
  ): FastWeights[] => {
    const loss = supportLoss(context, state, support, classMask);
    const gradientAt = (fast: FastWeights) => clipByNorm(gradient(loss)(fast), innerClip);
    const start = startFast(context, { network, learner: head }, classMask);
    return trajectory(sgdPerLayerAndStep(rates, task), start, gradientAt, innerSteps);
  };

  const init: DescentLearner<Params>["init"] = (width, _random, { network }) => {
    const rates = (steps: number) => constant(innerLearningRate, [steps]);
    const layerRates = () => rates(innerSteps - headSteps(task));
    return {
      head: initHead(task, width),
      rates: {
        network: mapArrays(layerRates, network),
        head: { weight: rates(innerSteps), bias: rates(innerSteps) },
      },
    };
  };

  return {
    ...descentLearner<Params>(init, (...args) => fastWeights(...args)[innerSteps - 1]),

    metaLoss(context, params, state, episode) {
      const { support, ways: classMask } = episode;
      const scores = fastWeights(context, params, state, support, classMask).map((fast) =>
        queryScore(context, fast, state, episode),
      );
      const lossWeight = (step: number) => 2 ** step / (2 ** innerSteps - 1);
      const loss = scores.map((each, s) => each.loss.mul(lossWeight(s))).reduce((a, b) => a.add(b));
      return { ...scores[innerSteps - 1], loss };
    },
  };
}

export const mamlPlusPlus = defineLearner({
  name: "maml++",
  summary: "MAML with learned learning rates per layer and step, and a query loss after each step",
  source: "Antoniou, Edwards, Storkey 2019",
  options,
  regressionDefaults: clippedLearningRateByWidth(0.01),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create,
});
