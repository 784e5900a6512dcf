/**
 * Learners that descend: adapting changes the network itself, together with a linear head.
 * One of them is how it descends; what is kept and how it predicts is here.
 *
 * The query is normalised by the statistics the support has under the adapted parameters. If the fusion keeps modalities
 * apart, modalities that the support does not show are absent from the query too.
 */

import type { TaskKind } from "../../data/index.js";
import { np, type Tensor, type Tensors } from "../../engine/index.js";
import type { ByModality } from "../../fusion/index.js";
import { linear } from "../../nn/layers.js";
import { type Embedding, onlyShown, seenAlone } from "../../objective/network.js";
import { score, scoreGradient, targetsOf } from "../../objective/objective.js";
import type {
  Context,
  EpisodeScore,
  EpisodeTensors,
  LabelledBatch,
  LearnedParams,
  Learner,
  ModelParams,
  Targets,
} from "../types.js";
import { headLoss, initHead, type LinearHead, startHead } from "./linear-head.js";

/** What is adapted: the network and the episode's head. */
export type Fast = { readonly network: ModelParams["network"]; readonly head: LinearHead };

/** Where descent starts: the model's network and the head of a new episode. */
export const startFast = ({ network }: Context, params: LearnedParams, ways: Tensor): Fast => ({
  network: params.network,
  head: startHead(params.learner, network.fusedWidth, ways.shape[0]),
});

/** The part of a gradient by {@link Fast} that is by the model's parameters: of classes, the head's start is none. */
export const byParams = (task: TaskKind, { network, head }: Fast): LearnedParams => ({
  network,
  learner: task === "regression" ? head : {},
});

/** The sum of each modality's own loss: by it, each is adapted as it would be alone. */
export function lossesApart(
  { judge }: Context,
  embedding: Embedding,
  head: LinearHead,
  targets: Targets,
): Tensor {
  const losses = Object.entries(embedding.present).map(([name, counts]) =>
    headLoss(judge, seenAlone(embedding, name), head, { ...targets, counts }),
  );
  return losses.reduce((a, b) => a.add(b), np.zeros([]));
}

/** The loss on the support: what descent minimises. That of each modality by itself, if the fusion keeps them apart. */
export function supportLoss(context: Context, state: Tensors, support: LabelledBatch, ways: Tensor) {
  const { network, judge } = context;
  const targets = targetsOf(support, ways);
  return (p: Fast) => {
    const embedding = network.embed(p.network, support, state, "measured");
    return network.isApart
      ? lossesApart(context, embedding, p.head, targets)
      : headLoss(judge, embedding.features, p.head, targets);
  };
}

/** What the query says of adapted parameters. */
export function queryScore(
  context: Context,
  fast: Fast,
  state: Tensors,
  episode: EpisodeTensors,
): EpisodeScore {
  const { network } = context;
  const { statistics } = network.embedSupport(fast.network, episode.support, state);
  const query = onlyShown(episode.query, network.shownBy(episode.support));
  const embedding = network.embedQuery(fast.network, query, statistics);
  return score(context, episode, (features) => linear(features, fast.head), embedding, statistics);
}

/** {@link queryScore} with its loss's gradient by the adapted parameters. */
export function queryGradient(
  context: Context,
  fast: Fast,
  state: Tensors,
  episode: EpisodeTensors,
): EpisodeScore & { readonly gradient: Fast } {
  return scoreGradient((p: Fast) => queryScore(context, p, state, episode), fast);
}

export function descentLearner(
  task: TaskKind,
  descend: (
    context: Context,
    params: ModelParams,
    state: Tensors,
    support: LabelledBatch,
    ways: Tensor,
  ) => Fast,
): Learner {
  return {
    normalisations: ["support", "batch"],
    fixedWay: false,
    keeps: "parameters",

    init: (width) => initHead(task, width),

    adapt(context, params, state, support, ways) {
      const fast = descend(context, params, state, support, ways);
      const { statistics } = context.network.embedSupport(fast.network, support, state);
      const shown = context.network.shownBy(support);
      return { fast, statistics, ...(shown && { shown }) };
    },

    predict({ network }, _params, _state, { fast, statistics, shown }, query) {
      const { network: adapted, head } = fast as unknown as Fast;
      const comparable = onlyShown(query, shown as ByModality<Tensor> | undefined);
      const embedding = network.embedQuery(adapted, comparable, statistics);
      return { answer: (features) => linear(features, head), embedding };
    },
  };
}
