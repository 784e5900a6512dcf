/** Whether a model knows what it does not know: it is asked queries of other classes among those of episodes. */

import type { Episode, Table, View } from "../episode/index.js";
import { type InferencePrograms, temperatureAt, type Weights } from "../model/index.js";
import type { Model } from "../model/model.js";
import {
  type CertaintyEvaluation,
  measureCalibration,
  measureOpenSet,
  type OpenAnswers,
} from "./open-set.js";
import { answerEpisodes, type ScoreOptions } from "./score.js";

/** Answer episodes of which some queries are of other classes (labelled −1). */
export async function answerOpen(
  inference: InferencePrograms,
  weights: Weights,
  table: Table,
  episodes: readonly Episode[],
  view: View,
  options: ScoreOptions,
): Promise<OpenAnswers[]> {
  const outputs = await answerEpisodes(inference, weights, table, episodes, view, options);
  return episodes.map(({ classes, query }, e) => {
    const { data, shape } = outputs[e];
    const answers = query.map(({ label }, i) => ({
      logits: data.subarray(i * shape[1], i * shape[1] + classes.length),
      label,
    }));
    return {
      known: answers.filter(({ label }) => label >= 0),
      unknown: answers.filter(({ label }) => label < 0),
    };
  });
}

/** Evaluate what a model was told of its certainty on {@link answerOpen}'s episodes; one of none is measured as it is. */
export async function evaluateCertainty(
  inference: InferencePrograms,
  { card, weights }: Model,
  table: Table,
  episodes: readonly Episode[],
  view: View,
  options: ScoreOptions,
): Promise<CertaintyEvaluation> {
  const answers = await answerOpen(inference, weights, table, episodes, view, options);
  const { score, threshold } = card.certainty ?? { score: inference.definition.certainty, threshold: null };
  const way = Math.max(...episodes.map(({ classes }) => classes.length));
  const calibration = measureCalibration(answers, temperatureAt(card.certainty, way));
  const openSet = measureOpenSet(answers, score, threshold);
  return openSet
    ? { calibration, openSet }
    : { calibration, openSet, reason: "the episodes leave no class over to be unknown" };
}
