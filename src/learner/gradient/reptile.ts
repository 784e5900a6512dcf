/**
 * Reptile (Nichol, Achiam, Schulman, 2018): adapt θ to φ by steps on a task's loss, and move θ towards φ. The meta-gradient
 * is θ − φ, the sum of the steps, without second derivatives.
 *
 * Training has no separate query: support and query together are the task's examples. Loss and score are those before the
 * last step, on its minibatch. With one plain step, θ − φ = α ∇L(θ) is gradient descent on that loss; for classification
 * that trains nothing, since the head starts from zero, which passes no gradient to the network, and is not kept: it takes
 * two steps.
 *
 * Step s takes every k-th example from the (s mod k)-th on, k = ⌈examples / innerBatchSize⌉. A support is ordered by class, so
 * each minibatch has its share of every class and no randomness is needed. `Model.adapt` also orders the examples of a class
 * by their values (`src/episode/order.ts`), so that the adapted parameters are a function of the set of examples.
 */

import { z } from "zod";
import { limits } from "../../base/defaults.js";
import type { TaskKind } from "../../data/index.js";
import { mapTensors, np, type Tensor } from "../../engine/index.js";
import { linear } from "../../nn/layers.js";
import {
  type Context,
  type EpisodeScore,
  joinBatches,
  type LabelledBatch,
  type ModelState,
  score,
  scoreGradient,
  targetsOf,
} from "../../objective/index.js";
import { adamWithoutMomentum } from "../../optim/adam.js";
import { descend } from "../../optim/optimizer.js";
import { sgd } from "../../optim/sgd.js";
import { defineLearner } from "../types.js";
import {
  type DescentLearner,
  descentLearner,
  type FastWeights,
  learnedGradient,
  startFast,
  unimodalLosses,
} from "./descent.js";
import { type HeadStart, initHead } from "./linear-head.js";
import { learningRateByWidth } from "./regression-defaults.js";

const options = z.strictObject({
  /** Steps on a task's examples; at least 2 for classification. */
  innerSteps: z.number().int().min(1).max(50).default(5),
  /**
   * Their learning rate. The paper's 0.001, which is the default for regression, is for a learned head; one that starts
   * from zero needs larger steps.
   */
  innerLearningRate: z.number().positive().default(0.01),
  /** Examples per step; all, when absent. */
  innerBatchSize: z.number().int().min(1).max(limits.count).optional(),
  /** Optimizer of the steps. Adam is without momentum, and its state is reset for each task. */
  optimizer: z.enum(["adam", "sgd"]).default("adam"),
});
type ReptileOptions = z.infer<typeof options>;

/** Every `stride`-th example from `first` on. */
function strided(batch: LabelledBatch, first: number, stride: number): LabelledBatch {
  if (stride === 1) return batch;
  const size = batch.mask.shape[0];
  const rows = Array.from({ length: Math.ceil((size - first) / stride) }, (_, i) => first + i * stride);
  return mapTensors((x) => np.take(x, np.array(rows, { dtype: np.int32 }), 0), batch);
}

/** Fast weights after the steps on a task's examples, and the score before the last step. */
function adaptTo(
  context: Context,
  start: FastWeights,
  state: ModelState,
  examples: LabelledBatch,
  classMask: Tensor,
  { innerSteps, innerLearningRate, innerBatchSize, optimizer }: ReptileOptions,
): { fast: FastWeights; lastScore: EpisodeScore } {
  const { network } = context;
  const size = examples.mask.shape[0];
  const stride = Math.ceil(size / (innerBatchSize ?? size));
  const scores: EpisodeScore[] = [];
  const gradientAt = (fast: FastWeights, step: number) => {
    const batch = strided(examples, step % stride, stride);
    const { gradient, ...rest } = scoreGradient((p: FastWeights) => {
      const embedding = network.embed(p.network, batch, state, "measured");
      const readout = (features: Tensor) => linear(features, p.head);
      const episode = { query: batch, ways: classMask };
      const result = score(context, episode, readout, embedding, embedding.statistics);
      if (!network.fusesLate) return result;
      const targets = targetsOf(batch, classMask);
      return { ...result, loss: result.loss.add(unimodalLosses(context, embedding, p.head, targets)) };
    }, fast);
    scores.push(rest);
    return gradient;
  };
  const fast =
    optimizer === "adam"
      ? descend(adamWithoutMomentum<FastWeights>(innerLearningRate), start, gradientAt, innerSteps)
      : descend(sgd<FastWeights>(innerLearningRate), start, gradientAt, innerSteps);
  return { fast, lastScore: scores[innerSteps - 1] };
}

const create = (options: ReptileOptions, task: TaskKind): DescentLearner<HeadStart> => ({
  ...descentLearner<HeadStart>(
    (width) => initHead(task, width),
    (context, params, state, support, classMask) =>
      adaptTo(context, startFast(context, params, classMask), state, support, classMask, options).fast,
  ),

  ...(task === "classification" &&
    options.innerSteps === 1 && { idle: { option: "innerSteps", expected: "a number >=2" } }),

  metaGradient(context, params, state, { support, query, ways: classMask }) {
    const examples = {
      ...joinBatches(support, query),
      labels: np.concatenate([support.labels, query.labels], 0),
    };
    const start = startFast(context, params, classMask);
    const { fast, lastScore } = adaptTo(context, start, state, examples, classMask, options);
    const difference = mapTensors((theta, phi) => theta.sub(phi), start, fast);
    return { ...lastScore, gradient: learnedGradient(task, difference) };
  },
});

export const reptile = defineLearner({
  name: "reptile",
  summary: "move the initialisation towards the task-adapted parameters",
  source: "Nichol, Achiam, Schulman 2018",
  options,
  regressionDefaults: learningRateByWidth(0.001),
  tasks: ["classification", "regression"],
  certainty: "probability",
  create,
});
