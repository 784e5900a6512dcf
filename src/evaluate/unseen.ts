/** Selects the rows that a model may be evaluated on: those of unseen classes (groups, if groups are tasks). */

import { InputError } from "../base/errors.js";
import {
  type Dataset,
  normalName,
  type Row,
  type Split,
  type TaskKind,
  taskOf,
  unitOf,
  unitWords,
  unitWordsOf,
} from "../data/index.js";
import type { Model } from "../model/index.js";

const labelWords: Readonly<Record<TaskKind, string>> = {
  classification: "class names",
  regression: "numbers",
};

/**
 * The labelled rows of a split. Throws an `InputError` if the model was trained or selected on one of their classes. If
 * the data declare no split, the model's own split decides.
 */
export function evaluationRows(model: Model, data: Dataset, split: Split): Row[] {
  const { train, val, test, seen: before = [] } = model.card.classes;
  const { task } = model.card.recipe;
  const fail = (problem: string, expected: string, remedy: string) =>
    new InputError({
      code: "evaluate/seen-classes",
      where: `${data.name}, split ${split}`,
      problem,
      expected,
      remedy,
    });
  const found = taskOf(data.rows) ?? task;
  if (found !== task)
    throw new InputError({
      code: "evaluate/other-labels",
      where: data.name,
      problem: `the labels are ${labelWords[found]}`,
      expected: `${labelWords[task]}, which the model was trained to predict`,
      remedy: "Evaluate on other data, or train a model on these.",
    });
  if (split === "train")
    throw fail(
      `the model was trained on the train ${unitWords[task][1]}`,
      "val or test",
      "Use --split val or --split test.",
    );
  const others = new Set<string | undefined>(
    [...train, ...before, ...(split === "test" ? val : test)].map(normalName),
  );
  const [unit, units] = unitWordsOf(data.rows);
  const labelled = data.rows.filter((row) => unitOf(row) !== undefined);
  const declared = data.rows.some((row) => row.split !== undefined);
  const rows = labelled.filter((row) => (declared ? row.split === split : !others.has(unitOf(row))));
  const seen = rows.find((row) => others.has(unitOf(row)));
  if (seen)
    throw fail(
      `${unit} "${unitOf(seen)}" (${seen.where}) is in another split of the model`,
      `${units} the model was neither trained nor selected on`,
      "Evaluate a split that was held out, or other data.",
    );
  if (rows.length === 0)
    throw fail(
      "no labelled row is in it",
      `examples of unseen ${units}`,
      model.card.recipe.closed
        ? "Use --closed to evaluate a model of closed training on other rows of its classes, or give data of other classes."
        : "Check --split and --data.",
    );
  return rows;
}
