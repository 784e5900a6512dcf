/**
 * The objective of meta-training: E_task[ L(adapt(θ, support), query) + λ_a L_align ].
 */

import { gradient, mapTensors, np, type Tensor, type Tensors, valueAndGradient } from "../engine/index.js";
import { countsOf, type Embedding, joinBatches } from "./network.js";
import type {
  Context,
  EpisodeScore,
  EpisodeTensors,
  LabelledBatch,
  Learner,
  ModelParams,
  Targets,
} from "./types.js";

/** What a support teaches. */
export function targetsOf(support: LabelledBatch, ways: Tensor): Targets {
  const counts = countsOf(support);
  return { labels: support.labels.mul(counts.reshape([-1, 1])), counts, ways };
}

/** The query's loss and the weighted alignment of an embedding, as one episode's score. */
export function score(
  { alignment, judge, terms }: Context,
  { query, ways }: Pick<EpisodeTensors, "query" | "ways">,
  outputs: Tensor,
  embedding: Embedding,
  statistics: Tensors,
): EpisodeScore {
  const targets = { labels: query.labels, counts: countsOf(query), ways };
  const fit = judge.loss(outputs, targets);
  const loss =
    alignment && alignment.weight > 0 && Object.keys(embedding.parts).length > 1
      ? fit.add(
          alignment.method.loss(embedding.parts, embedding.present, terms!.alignment).mul(alignment.weight),
        )
      : fit;
  return { loss, score: judge.score(outputs, targets), statistics };
}

/** What one episode says of the parameters: the learner's own loss, or the query's after adapting to the support. */
export function metaLoss(
  learner: Learner,
  context: Context,
  params: ModelParams,
  state: Tensors,
  episode: EpisodeTensors,
): EpisodeScore {
  const judging = { ...context, terms: params };
  if (learner.metaLoss) return learner.metaLoss(judging, params, state, episode);
  const adapted = learner.adapt(judging, params, state, episode.support, episode.ways);
  const { outputs, embedding } = learner.predict(judging, params, state, adapted, episode.query);
  return score(judging, episode, outputs, embedding, adapted.statistics);
}

/** What one episode says of the parameters, and the way it moves them: the loss's derivative or the learner's own. */
export function metaGradient(
  learner: Learner,
  context: Context,
  params: ModelParams,
  state: Tensors,
  episode: EpisodeTensors,
): EpisodeScore & { readonly gradient: ModelParams } {
  if (learner.metaGradient) {
    const own = learner.metaGradient({ ...context, terms: params }, params, state, episode);
    return { ...own, gradient: { ...own.gradient, ...termsGradient(context, params, state, episode) } };
  }
  const { loss, aux, gradient } = valueAndGradient((p: ModelParams) => {
    const { loss, ...rest } = metaLoss(learner, context, p, state, episode);
    return [loss, rest];
  })(params);
  return { loss, ...aux, gradient };
}

/**
 * The gradient of the parameters that only L_align has, for a learner whose own meta-gradient leaves them out: they
 * descend on the term of the episode's embedding.
 */
function termsGradient(
  { network, alignment }: Context,
  params: ModelParams,
  state: Tensors,
  { support, query }: EpisodeTensors,
): Pick<ModelParams, "alignment"> {
  const still = { alignment: mapTensors((p) => np.zerosLike(p), params.alignment) };
  if (!alignment?.method.init) return still;
  const { parts, present } = network.embed(params.network, joinBatches(support, query), state, "measured");
  if (Object.keys(parts).length < 2) return still;
  return gradient((own: Pick<ModelParams, "alignment">) =>
    alignment.method.loss(parts, present, own.alignment).mul(alignment.weight),
  )({ alignment: params.alignment });
}
