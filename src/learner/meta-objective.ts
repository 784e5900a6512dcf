/**
 * The meta-training objective E_task[ L(adapt(θ, support), query) + λ_a L_align + λ_r L_aux ] of a learner: its value and
 * meta-gradient for one episode and for a batch of episodes.
 */

import { invariant } from "../base/errors.js";
import { gradient, mapTensors, np, type Tensor, type Tensors, vmap } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import {
  type Context,
  type EpisodeQuery,
  type EpisodeScore,
  type EpisodeTensors,
  embeddingLosses,
  exampleMask,
  joinBatches,
  type LabelledBatch,
  type LearnedParams,
  type LossParams,
  type ModelParams,
  type ModelState,
  score,
  scoreGradient,
} from "../objective/index.js";
import type { Learner } from "./types.js";

/** An episode's score with the meta-gradient of its parameters. */
type ScoreGradient = EpisodeScore & { readonly gradient: ModelParams };

/** Score of one episode: the learner's own loss, or the query's loss after adapting to the support. */
export function metaLoss(
  learner: Learner,
  context: Context,
  params: ModelParams,
  state: ModelState,
  episode: EpisodeTensors,
): EpisodeScore {
  const training = { ...context, lossParams: params };
  if (learner.metaLoss) return learner.metaLoss(training, params, state, episode);
  const adapted = learner.adapt(training, params, state, episode.support, episode.ways);
  const { readout, embedding } = learner.predict(training, params, state, adapted, episode.query);
  return score(training, episode, readout, embedding, adapted.statistics as ModelState);
}

/** Score and meta-gradient of one episode: the loss's derivative, or the learner's own meta-gradient. */
export function metaGradient(
  learner: Learner,
  context: Context,
  params: ModelParams,
  state: ModelState,
  episode: EpisodeTensors,
): ScoreGradient {
  if (learner.metaGradient) {
    const training = { ...context, lossParams: params };
    const { gradient, gradientScales, ...rest } = learner.metaGradient(training, params, state, episode);
    const lossGradient = lossParamsGradient(context, params, state, episode);
    return {
      ...rest,
      gradient: { ...scaleEncoderGradients(gradient, gradientScales, episode.noise), ...lossGradient },
    };
  }
  const { gradientScales, gradient, ...rest } = scoreGradient(
    (p: ModelParams) => metaLoss(learner, context, p, state, episode),
    params,
  );
  return { ...rest, gradient: scaleEncoderGradients(gradient, gradientScales, episode.noise) };
}

/**
 * The mean of {@link metaGradient} over episodes stacked along a first axis. If it is a derivative, the mean loss is
 * differentiated, so that no gradient per episode is stored.
 */
export function meanMetaGradient(
  learner: Learner,
  context: Context,
  params: ModelParams,
  state: ModelState,
  episodes: EpisodeTensors,
): ScoreGradient {
  const mean = <T extends Tensors>(scoreOf: (episode: EpisodeTensors) => T): T =>
    mapTensors((each) => np.mean(each, 0), mapExamples(scoreOf, episodes));
  if (learner.metaGradient || context.auxiliary?.method.gradientScales)
    return mean((episode) => metaGradient(learner, context, params, state, episode));
  return scoreGradient(
    (p: ModelParams) => mean((episode) => metaLoss(learner, context, p, state, episode)),
    params,
  );
}

/** `vmap` of `fn` over the first axis of a tree's leaves; its type knows no trees of named arrays. */
const mapExamples = <In, Out>(fn: (example: In) => Out, examples: In): Out =>
  (vmap as unknown as (f: typeof fn) => typeof fn)(fn)(examples);

/** Scale the gradient of each modality's encoder; `noise` of the scale of each array's standard deviation is added. */
function scaleEncoderGradients<G extends LearnedParams>(
  gradient: G,
  scales: ByModality<Tensor> | undefined,
  noise: ByModality<Tensors> | undefined,
): G {
  if (!scales) return gradient;
  const encoders = Object.entries(gradient.network.encoders).map(([name, encoder]) => {
    if (!scales[name]) return [name, encoder];
    const scaled = mapTensors((g) => g.mul(scales[name]), encoder);
    if (!noise) return [name, scaled];
    const addNoise = (g: Tensor, k: Tensor, xi: Tensor) => k.add(standardDeviation(g).mul(xi));
    return [name, mapTensors(addNoise, encoder, scaled, noise[name])];
  });
  return { ...gradient, network: { ...gradient.network, encoders: Object.fromEntries(encoders) } };
}

/** The standard deviation `[]` over all entries of an array. */
function standardDeviation(x: Tensor): Tensor {
  const centred = x.sub(np.mean(x));
  return np.sqrt(np.mean(centred.mul(centred)));
}

/**
 * Gradient of the alignment's and the auxiliary objective's parameters for a learner with its own meta-gradient, which
 * leaves them out: that of the losses of the episode's embeddings.
 */
function lossParamsGradient(
  context: Context,
  params: ModelParams,
  state: ModelState,
  { support, query }: EpisodeTensors,
): LossParams {
  const { alignment, relation } = params;
  const { network } = context;
  const zeros = mapTensors((p) => np.zerosLike(p), { alignment, relation });
  if (!context.alignment?.method.init && !context.auxiliary?.method.init) return zeros;
  const embedding = network.embed(params.network, joinBatches(support, query), state, "measured");
  if (Object.keys(embedding.parts).length < 2) return zeros;
  const totalLoss = (own: LossParams) =>
    embeddingLosses(context, own, embedding).reduce((a, b) => a.add(b), np.zeros([]));
  return gradient(totalLoss)({ alignment, relation });
}

/**
 * Σ_i (∂ L_i / ∂θ)² over the examples of a batch, for a learner that predicts the train classes without a support. With
 * labels drawn from the predictions, that is the diagonal of the Fisher information times the number of examples.
 *
 * @returns a tree like `params`.
 */
export function squaredGradients(
  { known, predict }: Learner,
  context: Context,
  params: ModelParams,
  state: ModelState,
  { query, ways: classMask }: EpisodeQuery,
): ModelParams {
  invariant(known, "a learner that predicts the train classes without a support");
  const squaredGradient = (example: LabelledBatch) => {
    const batch = mapTensors((x) => np.expandDims(x, 0), example);
    const exampleGradient = gradient((p: ModelParams) => {
      const { readout, embedding } = predict(context, p, state, known(p, classMask), batch);
      const targets = { labels: batch.labels, mask: exampleMask(batch), classMask };
      return context.objective.loss(readout(embedding.features), targets);
    })(params);
    return mapTensors((g) => g.mul(g), exampleGradient);
  };
  return mapTensors((each) => np.sum(each, 0), mapExamples(squaredGradient, query));
}
