/** Calibration and open-set detection of a model, on episodes with queries of unknown classes. */

import type { Episode, Table, View } from "../episode/index.js";
import { type InferencePrograms, temperatureAt, type Weights } from "../model/index.js";
import type { Model } from "../model/model.js";
import {
  type CertaintyEvaluation,
  measureCalibration,
  measureOpenSet,
  type OpenPredictions,
} from "./open-set.js";
import { type PredictOptions, predictEpisodes } from "./predict-episodes.js";

/** Predict episodes whose queries of unknown classes are labelled −1. */
export async function predictOpenEpisodes(
  inference: InferencePrograms,
  weights: Weights,
  table: Table,
  episodes: readonly Episode[],
  view: View,
  options: PredictOptions,
): Promise<OpenPredictions[]> {
  const outputs = await predictEpisodes(inference, weights, table, episodes, view, options);
  return episodes.map(({ classes, query }, e) => {
    const { data, shape } = outputs[e];
    const predictions = query.map(({ label }, i) => ({
      logits: data.subarray(i * shape[1], i * shape[1] + classes.length),
      label,
    }));
    return {
      known: predictions.filter(({ label }) => label >= 0),
      unknown: predictions.filter(({ label }) => label < 0),
    };
  });
}

/** Measure a model's temperature and threshold on such episodes; without a fitted card, its logits as they are. */
export async function evaluateCertainty(
  inference: InferencePrograms,
  { card, weights }: Model,
  table: Table,
  episodes: readonly Episode[],
  view: View,
  options: PredictOptions,
): Promise<CertaintyEvaluation> {
  const predictions = await predictOpenEpisodes(inference, weights, table, episodes, view, options);
  const { score, threshold } = card.certainty ?? { score: inference.definition.certainty, threshold: null };
  const way = Math.max(...episodes.map(({ classes }) => classes.length));
  const calibration = measureCalibration(predictions, temperatureAt(card.certainty, way));
  const openSet = measureOpenSet(predictions, score, threshold);
  return openSet
    ? { calibration, openSet }
    : { calibration, openSet, reason: "the episodes leave no class over to be unknown" };
}
