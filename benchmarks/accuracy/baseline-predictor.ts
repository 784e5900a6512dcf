/** Baselines that need no training, evaluated on the model's episodes and paired with its first row. */

import type { Episode, Table } from "../../src/episode/index.js";
import {
  drawEvaluation,
  meanDifferenceWithInterval,
  meanShareWithInterval,
  scoreEpisodes,
} from "../../src/evaluate/index.js";
import type { ComputeRows } from "./types.js";

/** Predict the class index of every query of an episode from its support. */
export type BaselinePredictor = (table: Table, episode: Episode) => number[];

/** The row of a baseline, with its difference to the model's first row. */
export function baselineRow(name: string, predict: BaselinePredictor): ComputeRows {
  return async (model, options) => {
    const { table, episodes } = await drawEvaluation(model, options);
    const view = { support: model.modalities, query: model.modalities };
    const modelScores = await scoreEpisodes(model.inference, model.weights, table, episodes, view);
    const accuracies = episodes.map((episode) => balancedAccuracy(episode, predict(table, episode)));
    const { mean: accuracy, halfWidth } = meanShareWithInterval(accuracies);
    const difference = meanDifferenceWithInterval(modelScores.map(({ score }, i) => score - accuracies[i]));
    const behindFirst = { difference: difference.mean, halfWidth: difference.halfWidth };
    return [{ kind: "baseline", name, accuracy, halfWidth, behindFirst }];
  };
}

/** Accuracy per class, averaged over the classes that have queries. */
function balancedAccuracy({ classes, query }: Episode, predictions: readonly number[]): number {
  const recalls = classes.flatMap((_, k) => {
    const correct = query.flatMap(({ label }, i) => (label === k ? [Number(predictions[i] === k)] : []));
    return correct.length > 0 ? [correct.reduce((sum, x) => sum + x) / correct.length] : [];
  });
  return recalls.reduce((sum, x) => sum + x) / recalls.length;
}

/** Index of the largest value. */
export const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));
