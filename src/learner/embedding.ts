/**
 * Learners that embed and then fit a head: adapting changes no parameter of the network. One of them is its
 * {@link Head}; everything else is here.
 */

import type { Arrays } from "../base/array.js";
import type { Random } from "../base/random.js";
import { countsOf, joinBatches } from "./network.js";
import { score } from "./objective.js";
import type { Head, LabelledBatch, Learner } from "./types.js";

/** The labels of the examples that can say something, so that padding and empty examples teach a head nothing. */
const taught = (support: LabelledBatch) => support.labels.mul(countsOf(support).reshape([-1, 1]));

export function embeddingLearner(head: Head, init: (width: number, random: Random) => Arrays): Learner {
  return {
    normalisations: ["running", "support", "batch"],
    fixedWay: false,
    keeps: "support",
    head,
    init,

    adapt({ network }, params, state, support) {
      const { features, statistics } = network.embedSupport(params.network, support, state);
      return { fitted: head.fit(params.learner, features, taught(support)), statistics };
    },

    predict({ network }, params, _, { fitted, statistics }, query) {
      const embedding = network.embedQuery(params.network, query, statistics);
      return { logits: head.logits(params.learner, fitted, embedding.features), embedding };
    },

    /**
     * Under `running` normalisation an episode is embedded as one batch by its own statistics, which are what the
     * running averages average; otherwise support and query are embedded as they will be when it counts.
     */
    metaLoss(context, params, state, episode) {
      const { network } = context;
      if (network.normalisation !== "running") {
        const adapted = this.adapt(context, params, state, episode.support, episode.ways);
        const { logits, embedding } = this.predict(context, params, state, adapted, episode.query);
        return score(context, episode, logits, embedding, adapted.statistics);
      }
      const joined = joinBatches(episode.support, episode.query);
      const embedding = network.embed(params.network, joined, state, "measured");
      const shots = episode.support.mask.shape[0];
      const fitted = head.fit(params.learner, embedding.features.slice([0, shots]), taught(episode.support));
      const logits = head.logits(params.learner, fitted, embedding.features.slice([shots]));
      return score(context, episode, logits, embedding, embedding.statistics);
    },
  };
}
