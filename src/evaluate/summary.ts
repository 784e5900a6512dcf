/** What a row says of the scores of its episodes: their mean with an interval, and how far it is behind the first. */

import type { TaskKind } from "../data/index.js";
import { isBetter, measured } from "./measure.js";
import type { EpisodeResult } from "./score.js";
import { meanDifferenceWithInterval, meanShareWithInterval, meanWithInterval } from "./statistics.js";
import type { EvaluationRow } from "./types.js";

/** 1 where more of the score is better, −1 where less is. */
export const sign = (task: TaskKind) => (isBetter(task, 1, 0) ? 1 : -1);

/** Means over episodes. */
export function summaryOf(task: TaskKind, results: readonly EpisodeResult[]) {
  const meanOf = task === "classification" ? meanShareWithInterval : meanWithInterval;
  const { mean, halfWidth } = meanOf(results.map(({ score }) => score));
  if (task === "classification") return { ...measured(task, mean), halfWidth };
  return { ...measured(task, mean), mae: meanWithInterval(results.map(({ mae }) => mae!)).mean, halfWidth };
}

/** How much better the first row is, paired on the same episodes. */
export function behind(
  task: TaskKind,
  first: readonly number[],
  own: readonly number[],
): Pick<EvaluationRow, "behindFirst"> {
  if (first === own) return {};
  const meanOf = task === "classification" ? meanDifferenceWithInterval : meanWithInterval;
  const { mean, halfWidth } = meanOf(first.map((x, i) => sign(task) * (x - own[i])));
  return { behindFirst: { difference: mean, halfWidth } };
}
