/**
 * Learners that adapt the network itself, together with a linear head, by gradient steps on the support. A learner is its
 * way to descend; what an adapted task keeps and how it predicts is defined here.
 *
 * Queries are normalised by the support's statistics under the adapted parameters. With late fusion, modalities that the
 * support lacks are masked in the query too.
 */

import type { TaskKind } from "../../data/index.js";
import { np, type Tensor } from "../../engine/index.js";
import type { ByModality } from "../../fusion/index.js";
import { linear } from "../../nn/layers.js";
import {
  type Context,
  type Embedding,
  type EpisodeScore,
  type EpisodeTensors,
  type LabelledBatch,
  type LearnedParams,
  type ModelParams,
  type ModelState,
  restrictModalities,
  score,
  scoreGradient,
  type Targets,
  targetsOf,
  unimodalFeatures,
} from "../../objective/index.js";
import type { TypedLearner } from "../types.js";
import { type HeadStart, headLoss, type LinearHead, startHead } from "./linear-head.js";

/** Fast weights, the parameters adapted to a task: the network's, and a linear head. */
export type FastWeights = { readonly network: ModelParams["network"]; readonly head: LinearHead };

/** Result of adapting; `shown` marks the support's modalities, for late fusion. */
type Kept = {
  readonly fast: FastWeights;
  readonly statistics: ModelState;
  readonly shown?: ByModality<Tensor>;
};

/** A learner that descends, with `Params` of its own. */
export type DescentLearner<Params> = TypedLearner<Params, Kept>;

/** The fast weights before the first step: the model's network and the head of a new episode. */
export const startFast = (
  { network }: Context,
  params: LearnedParams<HeadStart>,
  classMask: Tensor,
): FastWeights => ({
  network: params.network,
  head: startHead(params.learner, network.fusedWidth, classMask.shape[0]),
});

/** The part of a gradient of {@link FastWeights} that is of learned parameters: without the head, for classification. */
export const learnedGradient = (
  task: TaskKind,
  { network, head }: FastWeights,
): LearnedParams<HeadStart> => ({
  network,
  learner: task === "regression" ? head : {},
});

/** The sum of each modality's own loss, a scalar: each is adapted as it would be alone. */
export function unimodalLosses(
  { objective }: Context,
  embedding: Embedding,
  head: LinearHead,
  targets: Targets,
): Tensor {
  const losses = Object.entries(embedding.present).map(([name, mask]) =>
    headLoss(objective, unimodalFeatures(embedding, name), head, { ...targets, mask }),
  );
  return losses.reduce((a, b) => a.add(b), np.zeros([]));
}

/** The loss on the support, a function of the fast weights; with late fusion, {@link unimodalLosses}. */
export function supportLoss(
  context: Context,
  state: ModelState,
  support: LabelledBatch,
  classMask: Tensor,
): (fast: FastWeights) => Tensor {
  const { network, objective } = context;
  const targets = targetsOf(support, classMask);
  return (fast) => {
    const embedding = network.embed(fast.network, support, state, "measured");
    return network.fusesLate
      ? unimodalLosses(context, embedding, fast.head, targets)
      : headLoss(objective, embedding.features, fast.head, targets);
  };
}

/** The query's score under fast weights. */
export function queryScore(
  context: Context,
  fast: FastWeights,
  state: ModelState,
  episode: EpisodeTensors,
): EpisodeScore {
  const { network } = context;
  const { statistics } = network.embedSupport(fast.network, episode.support, state);
  const query = restrictModalities(episode.query, network.supportModalities(episode.support));
  const embedding = network.embedQuery(fast.network, query, statistics);
  return score(context, episode, (features) => linear(features, fast.head), embedding, statistics);
}

/** {@link queryScore} with the gradient of its loss with respect to the fast weights. */
export function queryGradient(
  context: Context,
  fast: FastWeights,
  state: ModelState,
  episode: EpisodeTensors,
): EpisodeScore & { readonly gradient: FastWeights } {
  return scoreGradient((p: FastWeights) => queryScore(context, p, state, episode), fast);
}

/** The learner that adapts by `descendOn` a support; `init` gives the learner's own parameters. */
export function descentLearner<Params extends object>(
  init: DescentLearner<Params>["init"],
  descendOn: (
    context: Context,
    params: LearnedParams<Params>,
    state: ModelState,
    support: LabelledBatch,
    classMask: Tensor,
  ) => FastWeights,
): DescentLearner<Params> {
  return {
    normalisations: ["support", "batch"],
    fixedWay: false,
    keeps: "parameters",
    init,

    adapt(context, params, state, support, classMask) {
      const fast = descendOn(context, params, state, support, classMask);
      const { statistics } = context.network.embedSupport(fast.network, support, state);
      const shown = context.network.supportModalities(support);
      return { fast, statistics, ...(shown && { shown }) };
    },

    predict({ network }, _params, _state, { fast, statistics, shown }, query) {
      const { network: adapted, head } = fast;
      const embedding = network.embedQuery(adapted, restrictModalities(query, shown), statistics);
      return { readout: (features) => linear(features, head), embedding };
    },
  };
}
