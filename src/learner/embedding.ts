/**
 * Learners that embed and then fit a head: adapting changes no parameter of the network. One of them is its
 * {@link Head}; everything else is here.
 */

import type { Tensor, Tensors } from "../engine/index.js";
import { type Batch, countsOf, joinBatches } from "../objective/network.js";
import { score, targetsOf } from "../objective/objective.js";
import { keepMeasures, withMeasures } from "./measures.js";
import type { Head, Learner } from "./types.js";

export function embeddingLearner(head: Head, init: Learner["init"]): Learner {
  return {
    normalisations: ["running", "support", "batch"],
    fixedWay: false,
    keeps: "support",
    head,
    init,

    initState(width) {
      const { measures } = this.head!;
      return measures ? keepMeasures({}, measures.init(width)) : {};
    },

    adapt({ network }, params, state, support, ways) {
      const { features, statistics } = network.embedSupport(params.network, support, state);
      const own = withMeasures(params.learner, state);
      const fitted = this.head!.fit(own, features, targetsOf(support, ways));
      return { fitted, ...(network.normalisation === "running" ? undefined : { statistics }) };
    },

    predict({ network }, params, state, { fitted, statistics = state }, query) {
      const embedding = network.embedQuery(params.network, query, statistics);
      const own = withMeasures(params.learner, state);
      const weights = this.head!.weights?.(fitted, embedding.features) ?? embedding.weights;
      return {
        answer: (features) => this.head!.outputs(own, fitted, features),
        embedding: { ...embedding, weights },
      };
    },

    /**
     * Under `running` normalisation an episode is embedded as one batch by its own statistics and measures, which are
     * what the running averages average; otherwise support and query are embedded as they will be when it counts.
     */
    metaLoss(context, params, state, episode) {
      const { network } = context;
      const head = this.head!;
      const { measures } = head;
      const measured = (statistics: Tensors, features: Tensor, batch: Batch) =>
        measures ? keepMeasures(statistics, measures.of(features, countsOf(batch))) : statistics;
      if (network.normalisation !== "running") {
        const adapted = this.adapt(context, params, state, episode.support, episode.ways);
        const { answer, embedding } = this.predict(context, params, state, adapted, episode.query);
        const statistics = measured(adapted.statistics, embedding.features, episode.query);
        return score(context, episode, answer, embedding, statistics);
      }
      const joined = joinBatches(episode.support, episode.query);
      const embedding = network.embed(params.network, joined, state, "measured");
      const statistics = measured(embedding.statistics, embedding.features, joined);
      const own = withMeasures(params.learner, statistics);
      const shots = episode.support.mask.shape[0];
      const targets = targetsOf(episode.support, episode.ways);
      const fitted = head.fit(own, embedding.features.slice([0, shots]), targets);
      const answer = (features: Tensor) => head.outputs(own, fitted, features.slice([shots]));
      return score(context, episode, answer, embedding, statistics);
    },
  };
}
