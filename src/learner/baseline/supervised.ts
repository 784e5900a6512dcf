/**
 * Supervised training, min_{θ,w} E_P[L(w · f_θ(x), y)]: cross-entropy of batches under one linear head over all train
 * classes, without episodes. A new task is the Baseline of Chen, Liu, Kira, Wang, Huang (2019): the features stay as
 * they are, and a new linear head is fitted to the support, W = argmin Σ_i L(f(x_i) W, y_i) + λ/2 ‖W‖².
 *
 * The paper fits that head by stochastic descent; it is convex, so steps of Newton's kind find its minimum.
 */

import { z } from "zod";
import { type Arrays, float32 } from "../../base/array.js";
import type { Random } from "../../base/random.js";
import { np, type Tensor } from "../../engine/index.js";
import { constant, lecunNormal } from "../../nn/init.js";
import { linear } from "../../nn/layers.js";
import { score } from "../../objective/objective.js";
import { softmaxRegression } from "../closed-form/softmax-regression.js";
import { embeddingLearner } from "../embedding.js";
import { type LinearHead, slotsFor } from "../gradient/linear-head.js";
import { defineLearner, type Head, type Surroundings } from "../types.js";

const options = z.strictObject({
  /** Examples a batch, of all train classes. */
  batch: z.number().int().min(1).default(32),
  /** λ of a new task's head. */
  penalty: z.number().positive().default(1),
  /** Steps to its minimum. */
  innerSteps: z.number().int().min(1).max(200).default(50),
});
export type SupervisedOptions = z.infer<typeof options>;

/** Keeps a {@link LinearHead}. */
const baseline = ({ penalty, innerSteps }: SupervisedOptions): Head => ({
  fit(_, features, targets) {
    const weight = softmaxRegression(features, targets, np.array(penalty), innerSteps, "supervised");
    return { weight, bias: np.zeros([weight.shape[1]]) };
  },
  outputs: (_, fitted, features) => linear(features, fitted as LinearHead),
});

/** A class's column is the same whatever classes come after it. */
function initHead(width: number, random: Random, { way }: Surroundings): Arrays {
  const { data } = lecunNormal(random, [way, width], width);
  const columns = Array.from(data, (_, i) => data[(i % way) * width + Math.floor(i / way)]);
  return { weight: float32(columns, [width, way]), bias: constant(0, [way]) };
}

export const supervised = defineLearner({
  name: "supervised",
  summary: "plain training on all classes at once; a new linear head a task",
  source: "Chen, Liu, Kira, Wang, Huang 2019",
  options,
  tasks: ["classification"],
  certainty: "probability",
  create: (own: SupervisedOptions) => ({
    ...embeddingLearner(baseline(own), initHead),
    batch: own.batch,

    known: ({ learner }, ways) => ({ fitted: slotsFor(learner as LinearHead, ways.shape[0]) }),

    /** The batch is the query; there is no support to learn from. */
    metaLoss(context, params, state, episode) {
      const head = slotsFor(params.learner as LinearHead, episode.ways.shape[0]);
      const embedding = context.network.embed(params.network, episode.query, state, "measured");
      const answer = (features: Tensor) => linear(features, head);
      return score(context, episode, answer, embedding, embedding.statistics);
    },
  }),
});
