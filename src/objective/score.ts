/**
 * The objective of one episode's query, in training with the alignment and auxiliary losses:
 * L(outputs, labels) + λ_a L_align + λ_r L_aux.
 */

import type { QueryPredictions } from "../auxiliary/index.js";
import { np, type Tensor, type Tensors, valueAndGradient } from "../engine/index.js";
import { exampleMask, type LabelledBatch } from "./batch.js";
import { type Embedding, unimodalFeatures } from "./network.js";
import type { Targets } from "./task-objective.js";
import type { Context, EpisodeQuery, EpisodeScore, LossParams, ModelState, Readout } from "./types.js";

/** Labels and masks of a support; labels of masked examples are zero. */
export function targetsOf(support: LabelledBatch, classMask: Tensor): Targets {
  const mask = exampleMask(support);
  return { labels: support.labels.mul(mask.reshape([-1, 1])), mask, classMask };
}

/** Score an episode from the embedding of its query, or of support and query, and the readout of the query's features. */
export function score(
  context: Context,
  { query, ways: classMask }: EpisodeQuery,
  readout: Readout,
  embedding: Embedding,
  statistics: ModelState,
): EpisodeScore {
  const { objective, auxiliary, lossParams } = context;
  const targets = { labels: query.labels, mask: exampleMask(query), classMask };
  const outputs = readout(embedding.features);
  const result = {
    loss: objective.loss(outputs, targets),
    score: objective.score(outputs, targets),
    statistics,
  };
  if (!lossParams || Object.keys(embedding.parts).length < 2) return result;
  const loss = sum([result.loss, ...embeddingLosses(context, lossParams, embedding)]);
  const { method, weight = 0 } = auxiliary ?? {};
  if (!method?.predictionLoss && !method?.gradientScales) return { ...result, loss };
  const multimodal = objective.predictions(outputs, classMask);
  const unimodal = unimodalPredictions(context, { query, ways: classMask }, readout, embedding);
  const predictions = { multimodal, unimodal, labels: query.labels };
  return {
    ...result,
    loss: method.predictionLoss ? loss.add(method.predictionLoss(predictions).mul(weight)) : loss,
    ...(method.gradientScales && { gradientScales: method.gradientScales(predictions) }),
  };
}

const sum = (terms: readonly Tensor[]): Tensor => terms.reduce((a, b) => a.add(b));

/** The weighted losses of embeddings, λ_a L_align and λ_r L_aux. They include what the view withholds. */
export function embeddingLosses(
  { alignment, solved, auxiliary }: Context,
  params: LossParams,
  embedding: Embedding,
): Tensor[] {
  const { parts, had } = embedding;
  const align =
    alignment && alignment.weight > 0
      ? [alignment.method.loss(parts, had, params.alignment, solved ?? {}).mul(alignment.weight)]
      : [];
  const auxiliaryLoss = auxiliary?.method.loss
    ? [auxiliary.method.loss(params.relation, { ...embedding, present: had }).mul(auxiliary.weight)]
    : [];
  return [...align, ...auxiliaryLoss];
}

/** Query predictions from each modality alone, with the complete support. */
function unimodalPredictions(
  { objective }: Context,
  { query, ways: classMask }: EpisodeQuery,
  readout: Readout,
  embedding: Embedding,
): QueryPredictions["unimodal"] {
  const entries = Object.keys(embedding.parts).map((name) => {
    const outputs = readout(unimodalFeatures(embedding, name));
    const mask = (query.present[name] ?? np.zerosLike(query.mask)).mul(query.mask);
    const lossTo = (labels: Tensor) => objective.loss(outputs, { labels, mask, classMask });
    return [name, { predictions: objective.predictions(outputs, classMask), mask, lossTo }] as const;
  });
  return Object.fromEntries(entries);
}

/** The score at `params`, with the gradient of its loss. */
export function scoreGradient<P extends Tensors>(
  scoreAt: (params: P) => EpisodeScore,
  params: P,
): EpisodeScore & { readonly gradient: P } {
  const { loss, aux, gradient } = valueAndGradient((p: P) => {
    const { loss, ...rest } = scoreAt(p);
    return [loss, rest];
  })(params);
  return { loss, ...aux, gradient };
}
