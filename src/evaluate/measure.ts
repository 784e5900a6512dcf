/**
 * The one number that says how well a model does: `accuracy` where it predicts classes, `mse` (mean squared error, in
 * the labels' unit squared) where it predicts numbers. Inside it is called the score.
 */

import type { TaskKind } from "../data/index.js";

/** A score by its name. */
export interface Measured {
  readonly accuracy?: number;
  readonly mse?: number;
}

export const measured = (task: TaskKind, score: number): Measured =>
  task === "classification" ? { accuracy: score } : { mse: score };

/** Whether one score is better than another. */
export const isBetter = (task: TaskKind, score: number, other: number): boolean =>
  task === "classification" ? score > other : score < other;
