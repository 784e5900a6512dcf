/**
 * The score of a model: `accuracy` for classification, `mse` (mean squared error, in squared units of the labels) for
 * regression.
 */

import type { TaskKind } from "../data/index.js";

/** A score under its name. */
export interface TaskScore {
  readonly accuracy?: number;
  readonly mse?: number;
}

export const measured = (task: TaskKind, score: number): TaskScore =>
  task === "classification" ? { accuracy: score } : { mse: score };

/** Whether one score is better than another. */
export const isBetter = (task: TaskKind, score: number, other: number): boolean =>
  task === "classification" ? score > other : score < other;
