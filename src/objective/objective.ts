/**
 * The objective of meta-training: E_task[ L(adapt(θ, support), query) + λ_a L_align + λ_r L_relate ].
 */

import type { Answered } from "../auxiliary/index.js";
import {
  gradient,
  mapTensors,
  np,
  type Tensor,
  type Tensors,
  valueAndGradient,
  vmap,
} from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import type {
  Answer,
  Context,
  EpisodeScore,
  EpisodeTensors,
  LabelledBatch,
  LearnedParams,
  Learner,
  ModelParams,
  Targets,
  TermParams,
} from "../learner/types.js";
import { countsOf, type Embedding, joinBatches, seenAlone } from "./network.js";

/** What a support teaches. */
export function targetsOf(support: LabelledBatch, ways: Tensor): Targets {
  const counts = countsOf(support);
  return { labels: support.labels.mul(counts.reshape([-1, 1])), counts, ways };
}

/** The query's loss and, in training, the weighted terms of an embedding, as one episode's score. */
export function score(
  context: Context,
  { query, ways }: Pick<EpisodeTensors, "query" | "ways">,
  answer: Answer,
  embedding: Embedding,
  statistics: Tensors,
): EpisodeScore {
  const { judge, auxiliary, terms } = context;
  const targets = { labels: query.labels, counts: countsOf(query), ways };
  const outputs = answer(embedding.features);
  const own = { loss: judge.loss(outputs, targets), score: judge.score(outputs, targets), statistics };
  if (!terms || Object.keys(embedding.parts).length < 2) return own;
  const loss = sum([own.loss, ...termsOf(context, terms, embedding)]);
  const { method, weight } = auxiliary ?? {};
  if (!method?.answersLoss && !method?.scales) return { ...own, loss };
  const together = judge.answers(outputs, ways);
  const answered = {
    together,
    alone: aloneOf(context, { query, ways }, answer, embedding),
    labels: query.labels,
  };
  return {
    ...own,
    loss: method.answersLoss ? loss.add(method.answersLoss(answered).mul(weight!)) : loss,
    ...(method.scales && { scales: method.scales(answered) }),
  };
}

const sum = (terms: readonly Tensor[]) => terms.reduce((a, b) => a.add(b));

/**
 * λ_a L_align and λ_r L_relate, as far as they are of vectors and not of answers. They are of all that examples have, also
 * of what is withheld.
 */
function termsOf(
  { alignment, solved, auxiliary }: Context,
  params: TermParams,
  embedding: Embedding,
): Tensor[] {
  const { parts, had } = embedding;
  const align =
    alignment && alignment.weight > 0
      ? [alignment.method.loss(parts, had, params.alignment, solved ?? {}).mul(alignment.weight)]
      : [];
  const relate = auxiliary?.method.loss
    ? [auxiliary.method.loss(params.relation, { ...embedding, present: had }).mul(auxiliary.weight)]
    : [];
  return [...align, ...relate];
}

/** What the queries are answered by each modality alone, on a support that is as it is. */
function aloneOf(
  { judge }: Context,
  { query, ways }: Pick<EpisodeTensors, "query" | "ways">,
  answer: Answer,
  embedding: Embedding,
): Answered["alone"] {
  const alone = Object.keys(embedding.parts).map((name) => {
    const outputs = answer(seenAlone(embedding, name));
    const counts = (query.present[name] ?? np.zerosLike(query.mask)).mul(query.mask);
    const lossTo = (labels: Tensor) => judge.loss(outputs, { labels, counts, ways });
    return [name, { answers: judge.answers(outputs, ways), counts, lossTo }] as const;
  });
  return Object.fromEntries(alone);
}

/** A score as a function of parameters, with the gradient of its loss. */
export function scoreGradient<P extends Tensors>(
  of: (params: P) => EpisodeScore,
  params: P,
): EpisodeScore & { readonly gradient: P } {
  const { loss, aux, gradient } = valueAndGradient((p: P) => {
    const { loss, ...rest } = of(p);
    return [loss, rest as Tensors & typeof rest];
  })(params);
  return { loss, ...aux, gradient };
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
  const { answer, embedding } = learner.predict(judging, params, state, adapted, episode.query);
  return score(judging, episode, answer, embedding, adapted.statistics);
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
    const judging = { ...context, terms: params };
    const { gradient, scales, ...own } = learner.metaGradient(judging, params, state, episode);
    const terms = termsGradient(context, params, state, episode);
    return { ...own, gradient: { ...scaled(gradient, scales, episode.noise), ...terms } };
  }
  const { scales, gradient, ...own } = scoreGradient(
    (p: ModelParams) => metaLoss(learner, context, p, state, episode),
    params,
  );
  return { ...own, gradient: scaled(gradient, scales, episode.noise) };
}

/**
 * The mean of {@link metaGradient} over episodes stacked along a first axis. Where it is a derivative, it is that of
 * the mean loss, so that no episode's own gradient of a shared parameter is ever there.
 */
export function meanMetaGradient(
  learner: Learner,
  context: Context,
  params: ModelParams,
  state: Tensors,
  episodes: EpisodeTensors,
): EpisodeScore & { readonly gradient: ModelParams } {
  const mean = <T extends EpisodeScore>(of: (episode: EpisodeTensors) => T): T =>
    mapTensors((each) => np.mean(each, 0), vmap(of as never)(...([episodes] as never)) as never);
  if (learner.metaGradient || context.auxiliary?.method.scales)
    return mean((episode) => metaGradient(learner, context, params, state, episode));
  return scoreGradient(
    (p: ModelParams) => mean((episode) => metaLoss(learner, context, p, state, episode)),
    params,
  );
}

/** The gradient with each encoder's multiplied by its modality's scale; `noise` is added, as large as each array's spread. */
function scaled<G extends LearnedParams>(
  gradient: G,
  scales: ByModality<Tensor> | undefined,
  noise: ByModality<Tensors> | undefined,
): G {
  if (!scales) return gradient;
  const encoders = Object.entries(gradient.network.encoders).map(([name, own]) => {
    if (!scales[name]) return [name, own];
    const smaller = mapTensors((g) => g.mul(scales[name]), own);
    if (!noise) return [name, smaller];
    return [name, mapTensors((g, k, xi) => k.add(spread(g).mul(xi)), own, smaller, noise[name])];
  });
  return { ...gradient, network: { ...gradient.network, encoders: Object.fromEntries(encoders) } };
}

/** The standard deviation of an array's numbers. */
function spread(x: Tensor): Tensor {
  const off = x.sub(np.mean(x));
  return np.sqrt(np.mean(off.mul(off)));
}

/**
 * The gradient of the parameters that only L_align and L_relate have, for a learner whose own meta-gradient leaves
 * them out: they descend on the terms of the episode's embedding.
 */
function termsGradient(
  context: Context,
  params: ModelParams,
  state: Tensors,
  { support, query }: EpisodeTensors,
): TermParams {
  const { alignment, relation } = params;
  const { network } = context;
  const still = mapTensors((p) => np.zerosLike(p), { alignment, relation });
  if (!context.alignment?.method.init && !context.auxiliary?.method.init) return still;
  const embedding = network.embed(params.network, joinBatches(support, query), state, "measured");
  if (Object.keys(embedding.parts).length < 2) return still;
  return gradient((own: TermParams) => sum([np.zeros([]), ...termsOf(context, own, embedding)]))({
    alignment,
    relation,
  });
}

/**
 * Σ_i (∂ L_i / ∂θ)² over the examples of a batch, each answered alone by what is known of the classes: with labels drawn
 * from the answers, the diagonal of the Fisher information times the number of examples.
 */
export function squaredGradients(
  learner: Learner,
  context: Context,
  params: ModelParams,
  state: Tensors,
  { query, ways }: Pick<EpisodeTensors, "query" | "ways">,
): ModelParams {
  const one = (example: LabelledBatch) => {
    const alone = mapTensors((x) => np.expandDims(x, 0), example as never) as LabelledBatch;
    const slope = gradient((p: ModelParams) => {
      const { answer, embedding } = learner.predict(context, p, state, learner.known!(p, ways), alone);
      const targets = { labels: alone.labels, counts: countsOf(alone), ways };
      return context.judge.loss(answer(embedding.features), targets);
    })(params);
    return mapTensors((g) => g.mul(g), slope);
  };
  return mapTensors(
    (each) => np.sum(each, 0),
    vmap(one as never)(...([query] as never)) as never,
  ) as ModelParams;
}
