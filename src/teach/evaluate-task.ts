/** Evaluates a taught task on labelled examples that were not taught: accuracy, its interval, and confusions. */

import { InputError } from "../base/errors.js";
import { badArgument } from "../base/given.js";
import { checkDataset, type Dataset, hasAny } from "../data/index.js";
import { shareWithInterval } from "../evaluate/statistics.js";
import type { EmbedOptions } from "./embed.js";
import { type Confusion, confusionsOf, type Share, shareOf } from "./report.js";
import { TaughtTask } from "./task.js";

/** Predictions of a taught task against the labels of a data set. */
export interface TaskEvaluation {
  /** The name of the data set. */
  readonly data: string;
  /** Over the examples of taught classes. */
  readonly accuracy: Share;
  readonly classes: Readonly<Record<string, Share>>;
  readonly confusions: readonly Confusion[];
  /** Share of the examples of taught classes that are flagged `unknown`, of which the flag is wrong. */
  readonly flagged: Share;
  /** Share of the examples of other classes that are flagged `unknown`, and these classes; absent without any. */
  readonly others?: { readonly flagged: Share; readonly classes: readonly string[] };
  /** Examples that the task was taught with, and that are left out. */
  readonly taught: number;
}

/**
 * Evaluate a taught task on a labelled data set. Examples that it was taught with are left out.
 *
 * @throws {InputError} `evaluate/no-rows` if no example of a taught class is left, `evaluate/other-labels` for tasks of numbers
 * @example const { accuracy } = await evaluateTask(await teach(support), data);
 */
export async function evaluateTask(
  task: TaughtTask,
  data: Dataset,
  options: EmbedOptions = {},
): Promise<TaskEvaluation> {
  if (!(task instanceof TaughtTask)) throw badArgument("evaluateTask, task", task, "a taught task");
  checkDataset(data, "evaluateTask, data");
  if (task.classes.length === 0) throw numbers(data.name);
  const rows = data.rows.filter((row) => row.label !== undefined && hasAny(row, task.modalities));
  const labels = new Map(rows.map(({ id, label }) => [id, label!]));
  const found = await task.predictAll({ ...data, rows }, options);
  const predictions = found.flatMap((prediction) =>
    prediction.label === undefined || prediction.isTaught
      ? []
      : [{ label: labels.get(prediction.id)!, predicted: prediction.label, unknown: prediction.unknown }],
  );
  const known = predictions.filter(({ label }) => task.classes.includes(label));
  const others = predictions.filter(({ label }) => !task.classes.includes(label));
  if (known.length === 0) throw noRows(data.name, found.length - predictions.length);
  const flagged = (some: readonly { unknown: boolean }[]): Share => {
    const correct = some.filter(({ unknown }) => unknown).length;
    const { mean, interval } = shareWithInterval(correct, some.length);
    return { accuracy: mean, interval, correct, count: some.length };
  };
  const present = task.classes.filter((name) => known.some(({ label }) => label === name));
  return {
    data: data.name,
    accuracy: shareOf(known),
    classes: Object.fromEntries(
      present.map((name) => [name, shareOf(known.filter(({ label }) => label === name))]),
    ),
    confusions: confusionsOf(known),
    flagged: flagged(known),
    ...(others.length > 0 && {
      others: { flagged: flagged(others), classes: [...new Set(others.map(({ label }) => label))].sort() },
    }),
    taught: found.length - predictions.length,
  };
}

const noRows = (where: string, taught: number) =>
  new InputError({
    code: "evaluate/no-rows",
    where,
    problem:
      taught > 0
        ? `all ${taught} examples of the task's classes were taught`
        : "no labelled example is of a class of the task",
    expected: "labelled examples of the task's classes that it was not taught with",
    remedy: "Give other data.",
  });

const numbers = (where: string) =>
  new InputError({
    code: "evaluate/other-labels",
    where,
    problem: "the task predicts numbers",
    expected: "a task of classes",
    remedy: "Compare the values of `predict` with yours.",
  });
