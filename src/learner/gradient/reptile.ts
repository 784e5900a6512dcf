/**
 * Reptile (Nichol, Achiam, Schulman, 2018): descend on a task's loss from θ to φ, and move θ towards φ. The
 * meta-gradient is θ − φ, the sum of the steps taken, so nothing is differentiated twice.
 *
 * Training needs no query: support and query together are the task's data. Loss and score are those that the last
 * step starts from, on its own examples. One plain step is gradient descent on that loss, θ − φ = rate · ∇L(θ); of
 * classes that is nothing, since their head starts from zeros, which pass no gradient on to the network, and is not
 * kept: it takes two.
 *
 * The examples are dealt like cards to k = ⌈examples / innerBatch⌉ hands, and step s takes hand s mod k. A support is
 * in class order, so each hand holds its share of every class; no randomness is needed.
 */

import { z } from "zod";
import type { TaskKind } from "../../data/index.js";
import { mapTensors, np, type Tensor, type Tensors } from "../../engine/index.js";
import { linear } from "../../nn/layers.js";
import { joinBatches } from "../../objective/network.js";
import { score, scoreGradient, targetsOf } from "../../objective/objective.js";
import { adam, sgd } from "../../optim/steps.js";
import {
  type Context,
  defineLearner,
  type EpisodeScore,
  type LabelledBatch,
  type Learner,
} from "../types.js";
import { byParams, descentLearner, type Fast, lossesApart, startFast } from "./descent.js";
import { innerRateByWidth } from "./regression-rate.js";

const options = z.strictObject({
  /** Steps on a task's examples; of classes at least 2. */
  innerSteps: z.number().int().min(1).max(50).default(5),
  /**
   * Their step size. The paper's 0.001, which is the default for regression, is
   * for a learned head; one that starts from zero has further to go.
   */
  innerRate: z.number().positive().default(0.01),
  /** Examples a step; all, when absent. */
  innerBatch: z.number().int().min(1).optional(),
  /** How the steps are taken; Adam is without momentum and starts anew for each task. */
  optimizer: z.enum(["adam", "sgd"]).default("adam"),
});
export type ReptileOptions = z.infer<typeof options>;

/** Every `count`-th example from `first` on. */
function deal(batch: LabelledBatch, first: number, count: number): LabelledBatch {
  if (count === 1) return batch;
  const size = batch.mask.shape[0];
  const rows = Array.from({ length: Math.ceil((size - first) / count) }, (_, i) => first + i * count);
  return mapTensors((x) => np.take(x, np.array(rows, { dtype: np.int32 }), 0), batch as never);
}

/** Descend from `start` on a task's loss: where that leads, and what the last step started from. */
function descend(
  context: Context,
  start: Fast,
  state: Tensors,
  task: LabelledBatch,
  ways: Tensor,
  { innerSteps, innerRate, innerBatch, optimizer }: ReptileOptions,
): { fast: Fast; last: EpisodeScore } {
  const { network } = context;
  const size = task.mask.shape[0];
  const hands = Math.ceil(size / (innerBatch ?? size));
  const step = { adam, sgd }[optimizer]<Fast>(innerRate);
  let fast = start;
  let last!: EpisodeScore;
  for (let s = 0; s < innerSteps; s++) {
    const batch = deal(task, s % hands, hands);
    const { gradient, ...told } = scoreGradient((p: Fast) => {
      const embedding = network.embed(p.network, batch, state, "measured");
      const answer = (features: Tensor) => linear(features, p.head);
      const all = score(context, { query: batch, ways }, answer, embedding, embedding.statistics);
      if (!network.isApart) return all;
      return { ...all, loss: all.loss.add(lossesApart(context, embedding, p.head, targetsOf(batch, ways))) };
    }, fast);
    last = told;
    fast = step(fast, gradient);
  }
  return { fast, last };
}

const create = (own: ReptileOptions, task: TaskKind): Learner => ({
  ...descentLearner(
    task,
    (context, params, state, support, ways) =>
      descend(context, startFast(context, params, ways), state, support, ways, own).fast,
  ),

  ...(task === "classification" &&
    own.innerSteps === 1 && { idle: { option: "innerSteps", expected: "a number >=2" } }),

  metaGradient(context, params, state, { support, query, ways }) {
    const examples = {
      ...joinBatches(support, query),
      labels: np.concatenate([support.labels, query.labels], 0),
    };
    const start = startFast(context, params, ways);
    const { fast, last } = descend(context, start, state, examples, ways, own);
    const way = mapTensors((theta, phi) => theta.sub(phi), start, fast);
    return { ...last, gradient: byParams(task, way) };
  },
});

export const reptile = defineLearner({
  name: "reptile",
  summary: "move towards where descent on a task leads",
  source: "Nichol, Achiam, Schulman 2018",
  options,
  regressionDefaults: innerRateByWidth(0.001),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create,
});
