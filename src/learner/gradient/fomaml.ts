/**
 * First-order MAML (Finn, Abbeel, Levine, 2017): MAML that treats the gradients of its steps as constants. Then θ' is θ
 * plus a constant, and the meta-gradient is the query's gradient at the adapted parameters, ∇_θ' L(θ'; query), without
 * second derivatives.
 */

import { defineLearner } from "../types.js";
import { type DescentLearner, learnedGradient, queryGradient } from "./descent.js";
import type { HeadStart } from "./linear-head.js";
import { maml, mamlLearner } from "./maml.js";

export const fomaml = defineLearner({
  ...maml,
  name: "fomaml",
  summary: "MAML with the query's gradient at the adapted parameters as meta-gradient",
  create(options, task): DescentLearner<HeadStart> {
    const learner = mamlLearner(options, task);
    return {
      ...learner,
      metaGradient(context, params, state, episode) {
        const { fast } = learner.adapt(context, params, state, episode.support, episode.ways);
        const { gradient, ...rest } = queryGradient(context, fast, state, episode);
        return { ...rest, gradient: learnedGradient(task, gradient) };
      },
    };
  },
});
