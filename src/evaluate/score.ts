/** Scores a model on drawn episodes: accuracy of classification, squared and absolute error of regression. */

import type { NDArray } from "../base/array.js";
import { type Episode, episodeUnit, type Table, targetFrom, type View } from "../episode/index.js";
import { type InferencePrograms, type ModelDefinition, notFinite, type Weights } from "../model/index.js";
import { type PredictOptions, predictEpisodes } from "./predict-episodes.js";

export interface ScoreOptions extends PredictOptions {
  /** Whether predictions may be infinite or NaN, as those of untrained weights. */
  mayDiverge?: boolean;
}

/** The score of one episode. */
export interface EpisodeResult {
  /** Accuracy averaged over the classes, or mean squared error. */
  readonly score: number;
  /** Mean absolute error, for regression. */
  readonly mae?: number;
}

/** Score every episode, in order. Throws an `InputError` if a prediction is not finite. */
export async function scoreEpisodes(
  inference: InferencePrograms,
  weights: Weights,
  table: Table,
  episodes: readonly Episode[],
  view: View,
  options: ScoreOptions = {},
): Promise<EpisodeResult[]> {
  const { definition } = inference;
  const resultOf = definition.recipe.task === "regression" ? regressionResult : classificationResult;
  const outputs = await predictEpisodes(inference, weights, table, episodes, view, options);
  if (!options.mayDiverge)
    for (const [i, episode] of episodes.entries()) checkFinite(definition, table, episode, i, outputs[i]);
  return episodes.map((episode, i) => resultOf(episode, outputs[i], table));
}

function checkFinite(
  { recipe }: ModelDefinition,
  table: Table,
  { classes, support, query }: Episode,
  index: number,
  { data, shape }: NDArray,
): void {
  for (const [i, { row }] of query.entries()) {
    const outputs = data.subarray(i * shape[1], i * shape[1] + classes.length);
    if (outputs.every(Number.isFinite)) continue;
    const rows = [row, ...support.map((item) => item.row)];
    const what = `the prediction of ${table.rows[row].where} in episode ${index + 1}`;
    throw notFinite(table, { code: "evaluate/not-finite", what, rows }, recipe);
  }
}

/** Compare the largest logits with labels; ties go to the first class, as in prediction. */
function classificationResult({ classes, query }: Episode, { data, shape }: NDArray): EpisodeResult {
  const way = shape[1];
  const perClass = classes.map(() => ({ correct: 0, count: 0 }));
  for (const [i, { label }] of query.entries()) {
    const logits = data.subarray(i * way, i * way + classes.length);
    perClass[label].count++;
    if (logits.indexOf(Math.max(...logits)) === label) perClass[label].correct++;
  }
  const accuracies = perClass.filter(({ count }) => count > 0).map(({ correct, count }) => correct / count);
  return { score: accuracies.reduce((a, b) => a + b, 0) / accuracies.length };
}

/** Errors of predicted values, in the unit of the labels. */
function regressionResult(episode: Episode, { data }: NDArray, table: Table): EpisodeResult {
  const unit = episodeUnit(table, episode);
  return errorsResult(episode.query.map(({ row }, i) => targetFrom(data[i], unit) - table.rows[row].target!));
}

/** Mean squared and mean absolute error of an episode, from the errors of its predictions. */
export function errorsResult(errors: readonly number[]): EpisodeResult {
  const mean = (size: (error: number) => number) =>
    errors.reduce((sum, error) => sum + size(error), 0) / errors.length;
  return { score: mean((error) => error ** 2), mae: mean(Math.abs) };
}
