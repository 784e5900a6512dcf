/**
 * Learners that embed and then fit a head: adapting changes no parameter of the network. One of them is its
 * {@link Head}; everything else is here.
 */

import type { Tensor } from "../engine/index.js";
import { joinBatches } from "./network.js";
import { score, targetsOf } from "./objective.js";
import type { Head, Learner } from "./types.js";

export function embeddingLearner(head: Head, init: Learner["init"]): Learner {
  return {
    normalisations: ["running", "support", "batch"],
    fixedWay: false,
    keeps: "support",
    head,
    init,

    adapt({ network }, params, state, support, ways) {
      const { features, statistics } = network.embedSupport(params.network, support, state);
      return { fitted: head.fit(params.learner, features, targetsOf(support, ways)), statistics };
    },

    predict({ network }, params, _, { fitted, statistics }, query) {
      const embedding = network.embedQuery(params.network, query, statistics);
      return { answer: (features) => head.outputs(params.learner, fitted, features), embedding };
    },

    /**
     * Under `running` normalisation an episode is embedded as one batch by its own statistics, which are what the
     * running averages average; otherwise support and query are embedded as they will be when it counts.
     */
    metaLoss(context, params, state, episode) {
      const { network } = context;
      if (network.normalisation !== "running") {
        const adapted = this.adapt(context, params, state, episode.support, episode.ways);
        const { answer, embedding } = this.predict(context, params, state, adapted, episode.query);
        return score(context, episode, answer, embedding, adapted.statistics);
      }
      const joined = joinBatches(episode.support, episode.query);
      const embedding = network.embed(params.network, joined, state, "measured");
      const shots = episode.support.mask.shape[0];
      const targets = targetsOf(episode.support, episode.ways);
      const fitted = head.fit(params.learner, embedding.features.slice([0, shots]), targets);
      const answer = (features: Tensor) => head.outputs(params.learner, fitted, features.slice([shots]));
      return score(context, episode, answer, embedding, embedding.statistics);
    },
  };
}
