/** The summary of an evaluation row: the mean of its scores with an interval, and its paired difference from the first row. */

import type { TaskKind } from "../data/index.js";
import { isBetter, measured } from "./measure.js";
import type { EpisodeResult } from "./score.js";
import { meanDifferenceWithInterval, meanShareWithInterval, meanWithInterval } from "./statistics.js";
import type { EvaluationRow } from "./types.js";

/** 1 if a higher score is better, −1 if a lower one is. */
export const sign = (task: TaskKind) => (isBetter(task, 1, 0) ? 1 : -1);

/** Means over episodes. */
export function summaryOf(task: TaskKind, results: readonly EpisodeResult[]) {
  const meanOf = task === "classification" ? meanShareWithInterval : meanWithInterval;
  const { mean, halfWidth } = meanOf(results.map(({ score }) => score));
  if (task === "classification") return { ...measured(task, mean), halfWidth };
  return { ...measured(task, mean), mae: meanWithInterval(results.map(({ mae }) => mae!)).mean, halfWidth };
}

/** How much better `first` is than `results`, paired by item; empty if they are the same row. */
export function behind(
  task: TaskKind,
  first: readonly EpisodeResult[],
  results: readonly EpisodeResult[],
): Pick<EvaluationRow, "behindFirst"> {
  if (first === results) return {};
  const meanOf = task === "classification" ? meanDifferenceWithInterval : meanWithInterval;
  const { mean, halfWidth } = meanOf(first.map(({ score }, i) => sign(task) * (score - results[i].score)));
  return { behindFirst: { difference: mean, halfWidth } };
}
