/**
 * Supervised training, min_{θ,w} E_P[L(f_θ(x) w, y)]: cross-entropy of batches under one linear head over all train classes,
 * without episodes. A new task is the Baseline of Chen, Liu, Kira, Wang, Huang (2019): features are frozen, and a new linear
 * head is fitted to the support, W = argmin Σ_i L(f(x_i) W, y_i) + λ/2 ‖W‖².
 *
 * The paper fits that head by stochastic gradient descent; the problem is convex, and Newton-like steps find its minimum.
 */

import { z } from "zod";
import { float32 } from "../../base/array.js";
import { limits } from "../../base/defaults.js";
import type { Random } from "../../base/random.js";
import { np, type Tensor } from "../../engine/index.js";
import { constant, lecunNormal } from "../../nn/init.js";
import { linear } from "../../nn/layers.js";
import { score } from "../../objective/index.js";
import { softmaxRegression } from "../closed-form/softmax-regression.js";
import { embeddingLearner } from "../embedding.js";
import { type LinearHead, padHead } from "../gradient/linear-head.js";
import { defineLearner, type Head, type InitContext, type TypedLearner } from "../types.js";

const options = z.strictObject({
  /** Examples per batch, drawn from all train classes. */
  batchSize: z.number().int().min(1).max(limits.count).default(32),
  /** λ, the weight of the L2 penalty of a new task's head. */
  penalty: z.number().positive().default(1),
  /** Newton-like steps to its minimum. */
  innerSteps: z.number().int().min(1).max(200).default(50),
});
type SupervisedOptions = z.infer<typeof options>;

/** Fits a {@link LinearHead} with zero bias; the parameters are the head over all train classes. */
const baselineHead = ({ penalty, innerSteps }: SupervisedOptions): Head<LinearHead, LinearHead> => ({
  fit(_, features, targets) {
    const weight = softmaxRegression(features, targets, np.array(penalty), innerSteps, "supervised");
    return { weight, bias: np.zeros([weight.shape[1]]) };
  },
  outputs: (_, head, features) => linear(features, head),
});

/** A class's column does not depend on how many classes come after it. */
function initHead(width: number, random: Random, { way }: InitContext) {
  const { data } = lecunNormal(random, [way, width], width);
  const columns = Array.from(data, (_, i) => data[(i % way) * width + Math.floor(i / way)]);
  return { weight: float32(columns, [width, way]), bias: constant(0, [way]) };
}

export const supervised = defineLearner({
  name: "supervised",
  summary: "cross-entropy over all train classes; a new linear head per task",
  source: "Chen, Liu, Kira, Wang, Huang 2019",
  options,
  tasks: ["classification"],
  certainty: "probability",
  create: (options): TypedLearner<LinearHead> => ({
    ...embeddingLearner(baselineHead(options), initHead),
    batch: options.batchSize,

    known: ({ learner }, classMask) => ({
      fitted: padHead(learner, classMask.shape[0]),
    }),

    /** The batch is the query; there is no support. */
    metaLoss(context, params, state, episode) {
      const head = padHead(params.learner, episode.ways.shape[0]);
      const embedding = context.network.embed(params.network, episode.query, state, "measured");
      const readout = (features: Tensor) => linear(features, head);
      return score(context, episode, readout, embedding, embedding.statistics);
    },
  }),
});
