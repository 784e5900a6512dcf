/**
 * MAML++ (Antoniou, Edwards, Storkey, 2019): MAML that learns a step size for each layer and step, and minimises the
 * query's loss after every step, θ_s = θ_{s−1} − α_s ∇L(θ_{s−1}; support);
 * min_{θ,α} E_task Σ_s v_s L(θ_s; query), differentiated through the steps.
 *
 * Each step counts twice as much as the one before, v_s = 2^s / Σ_t 2^t: fixed, where the paper moves the weight to the
 * last step as training goes on. The paper's statistics of each step are what `support` normalisation measures.
 *
 * The first step from a head of zeros moves that head alone, so the layers have a rate from the second step on.
 */

import { z } from "zod";
import { type Arrays, mapTree, type NDArray, type Tree } from "../../base/array.js";
import type { TaskKind } from "../../data/index.js";
import { gradient, mapTensors, type Tensor, type Tensors } from "../../engine/index.js";
import { constant } from "../../nn/init.js";
import { clipped } from "../../optim/steps.js";
import { type Context, defineLearner, type LabelledBatch, type Learner, type ModelParams } from "../types.js";
import { descentLearner, type Fast, queryScore, startFast, supportLoss } from "./descent.js";
import { initHead } from "./linear-head.js";
import { clippedByWidth, innerClip } from "./regression-rate.js";

const options = z.strictObject({
  /** Gradient steps on the support. */
  innerSteps: z.number().int().min(2).max(50).default(5),
  /** Where every step size starts; for regression by default 0.01, less for features wider than 64. */
  innerRate: z.number().positive().default(0.1),
  innerClip,
});
export type MamlPlusPlusOptions = z.infer<typeof options>;

/** `rates` has the tree of what is adapted, with the rates of the steps [steps] at its leaves. */
type Own = { readonly head: Tensors; readonly rates: Fast };

/** How many steps from a new episode's head do not reach the network. */
const headSteps = (task: TaskKind) => (task === "classification" ? 1 : 0);

/** θ_1, θ_2, … */
function trajectory(
  task: TaskKind,
  { innerSteps, innerClip }: MamlPlusPlusOptions,
  context: Context,
  { network, learner }: ModelParams,
  state: Tensors,
  support: LabelledBatch,
  ways: Tensor,
): Fast[] {
  const { head, rates } = learner as unknown as Own;
  const loss = supportLoss(context, state, support, ways);
  const first = headSteps(task);
  const move = <P extends Tensors>(s: number, from: P, slope: P, by: Tensors) =>
    s < 0 ? from : mapTensors((p, g, rate) => p.sub(g.mul(rate.slice(s))), from, slope, by as P);
  let fast = startFast(context, { network, learner: head }, ways);
  return Array.from({ length: innerSteps }, (_, s) => {
    const slope = clipped(gradient(loss)(fast), innerClip);
    fast = {
      network: move(s - first, fast.network, slope.network, rates.network),
      head: move(s, fast.head, slope.head, rates.head),
    };
    return fast;
  });
}

const create = (own: MamlPlusPlusOptions, task: TaskKind): Learner => ({
  ...descentLearner(task, (...given) => trajectory(task, own, ...given).at(-1)!),

  init(width, _random, { network }) {
    const rates = (steps: number) => constant(own.innerRate, [steps]);
    const ofLayers = () => rates(own.innerSteps - headSteps(task));
    return {
      head: initHead(task, width),
      rates: {
        network: mapTree(ofLayers as never, network as Tree<NDArray>) as Arrays,
        head: { weight: rates(own.innerSteps), bias: rates(own.innerSteps) },
      },
    };
  },

  metaLoss(context, params, state, episode) {
    const { support, ways } = episode;
    const scores = trajectory(task, own, context, params, state, support, ways).map((fast) =>
      queryScore(context, fast, state, episode),
    );
    const weight = (s: number) => 2 ** s / (2 ** own.innerSteps - 1);
    const loss = scores.map((each, s) => each.loss.mul(weight(s))).reduce((a, b) => a.add(b));
    return { ...scores.at(-1)!, loss };
  },
});

export const mamlPlusPlus = defineLearner({
  name: "maml++",
  summary: "descent with learned rates of layers and steps, judged at each",
  source: "Antoniou, Edwards, Storkey 2019",
  options,
  regressionDefaults: clippedByWidth(0.01),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create,
});
