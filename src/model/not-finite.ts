/** Errors for results that are not finite. They name an extreme input if there is one, or else a learning rate to lower. */

import { InputError } from "../base/errors.js";
import { EXTREME, largestInput, type Table } from "../episode/index.js";
import type { Recipe } from "./recipe.js";

/** A result that is not finite. */
interface NotFinite {
  readonly code: string;
  /** What is not finite: `the prediction of queries/3`, `the loss of step 7`. */
  readonly what: string;
  /** The rows (indexes of `table.rows`) it was computed from. */
  readonly rows: Iterable<number>;
}

/** The error to throw for a result computed from `rows` of `table` by a model of `recipe`. */
export function notFinite(table: Table, { code, what, rows }: NotFinite, recipe: Recipe): InputError {
  const largest = largestInput(table, rows);
  if (largest && !(largest.size < EXTREME))
    return extremeInput(
      `${code}-extreme`,
      largest.where,
      `a value is ${rounded(largest.size)} from the train rows' mean, so that ${what} is not finite`,
    );
  const inputs = largest
    ? `. The inputs are ordinary: the largest is ${rounded(largest.size)} from the mean (${largest.where})`
    : "";
  return new InputError({
    code,
    where: "the model",
    problem: `${what} is not finite: training diverged${inputs}`,
    expected: "weights and inputs of which predictions are finite",
    remedy: lowerRate(recipe),
  });
}

/** The error for an input beyond {@link EXTREME}. */
export const extremeInput = (code: string, where: string, problem: string) =>
  new InputError({
    code,
    where,
    problem,
    expected: `values within ${EXTREME.toLocaleString("en-US")} standard deviations`,
    remedy: "Correct the value or its unit, or leave the field out of this row.",
  });

/** Which learning rate to lower, with its value. */
export function lowerRate({ learner, train }: Recipe): string {
  const inner =
    "innerLearningRate" in learner ? `learner.innerLearningRate (now ${learner.innerLearningRate}) or ` : "";
  return `Train again with a lower ${inner}train.learningRate (now ${train.learningRate}).`;
}

const rounded = (size: number) =>
  Number.isFinite(size)
    ? `${Number(size.toPrecision(3))} standard deviations`
    : "more than float32's range of standard deviations";
