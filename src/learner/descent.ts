/**
 * Learners that descend: adapting changes the network itself, together with a linear head.
 * One of them is how it descends; what is kept and how it predicts is here.
 *
 * The query is normalised by the statistics the support has under the adapted parameters.
 */

import type { TaskKind } from "../data/index.js";
import type { Tensor, Tensors } from "../engine/index.js";
import { linear } from "../nn/layers.js";
import { initHead, type LinearHead, startHead } from "./linear-head.js";
import type { Context, LabelledBatch, Learner, ModelParams } from "./types.js";

/** What is adapted: the network and the episode's head. */
export type Fast = { readonly network: ModelParams["network"]; readonly head: LinearHead };

/** Where descent starts: the model's network and the head of a new episode. */
export const startFast = ({ network }: Context, params: ModelParams, ways: Tensor): Fast => ({
  network: params.network,
  head: startHead(params.learner, network.width, ways.shape[0]),
});

export function descentLearner(
  task: TaskKind,
  descend: (context: Context, start: Fast, state: Tensors, support: LabelledBatch, ways: Tensor) => Fast,
): Learner {
  return {
    normalisations: ["support", "batch"],
    fixedWay: false,
    keeps: "parameters",

    init: (width) => initHead(task, width),

    adapt(context, params, state, support, ways) {
      const fast = descend(context, startFast(context, params, ways), state, support, ways);
      const { statistics } = context.network.embedSupport(fast.network, support, state);
      return { fast, statistics };
    },

    predict({ network }, _params, _state, { fast, statistics }, query) {
      const { network: adapted, head } = fast as unknown as Fast;
      const embedding = network.embedQuery(adapted, query, statistics);
      return { answer: (features) => linear(features, head), embedding };
    },
  };
}
