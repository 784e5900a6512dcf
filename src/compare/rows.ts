/** The rows of a comparison, from the results of its combinations. */

import type { TaskKind } from "../data/index.js";
import { isBetter, measured } from "../evaluate/measure.js";
import {
  meanDifferenceWithInterval,
  meanShareWithInterval,
  meanWithInterval,
} from "../evaluate/statistics.js";
import type { Result } from "./results.js";
import type { Survey } from "./survey.js";
import type { ComparedRow, ComparisonRow, MissingRow } from "./types.js";

/** Rows best first, each with its paired difference from the best; then missing combinations, and chance. */
export function rowsOf(
  { protocol: { task }, chance }: Pick<Survey, "protocol" | "chance">,
  results: readonly Result[],
  missing: readonly MissingRow[],
): ComparisonRow[] {
  const sign = isBetter(task, 1, 0) ? 1 : -1;
  const value = ({ scores }: Result) => sign * meanWithInterval(scores).mean;
  const ranked = [...results].sort((a, b) => value(b) - value(a));
  const compared = ranked.map((result) => comparedRow(task, result, ranked[0]));
  return [...compared, ...missing, { kind: "chance", ...chance }];
}

function comparedRow(task: TaskKind, result: Result, best: Result): ComparedRow {
  const { learner, fusion, scores, ...rest } = result;
  const isShare = task === "classification";
  const { mean, halfWidth } = (isShare ? meanShareWithInterval : meanWithInterval)(scores);
  const row: ComparedRow = { kind: "compared", learner, fusion, ...measured(task, mean), halfWidth, ...rest };
  if (result === best) return row;
  const sign = isBetter(task, 1, 0) ? 1 : -1;
  const differenceOf = isShare ? meanDifferenceWithInterval : meanWithInterval;
  const behind = differenceOf(best.scores.map((score, i) => sign * (score - scores[i])));
  return { ...row, behindBest: { difference: behind.mean, halfWidth: behind.halfWidth } };
}
