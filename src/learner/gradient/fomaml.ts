/**
 * First-order MAML (Finn, Abbeel, Levine, 2017): MAML that takes the steps' gradients for constants. Then θ' is θ and
 * a constant, and the meta-gradient is the query's gradient where the steps lead, ∇_θ' L(θ'; query): nothing is
 * differentiated twice.
 */

import { defineLearner, type Learner } from "../types.js";
import type { Fast } from "./descent.js";
import { byParams, queryGradient } from "./descent.js";
import { type MamlOptions, maml } from "./maml.js";

export const fomaml = defineLearner({
  ...maml,
  name: "fomaml",
  summary: "as maml, by the query's gradient where the steps lead",
  create(own: MamlOptions, task): Learner {
    const learner = maml.create(own, task);
    return {
      ...learner,
      metaGradient(context, params, state, episode) {
        const { fast } = learner.adapt(context, params, state, episode.support, episode.ways);
        const { gradient, ...told } = queryGradient(context, fast as unknown as Fast, state, episode);
        return { ...told, gradient: byParams(task, gradient) };
      },
    };
  },
});
