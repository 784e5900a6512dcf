/** Selects the rows of a data set that a task is adapted to. */

import { InputError } from "../base/errors.js";
import { splits } from "../data/splits.js";
import type { Dataset } from "../data/types.js";

/**
 * The train rows of a data set with splits, so that no test row is used to adapt; all rows without splits. Unlabelled rows of
 * a data folder are left out. With `asGiven`, a data set of val and test rows alone is used as it is.
 *
 * @throws {InputError} data/no-train-rows
 */
export function supportOf(dataset: Dataset, { asGiven = false } = {}): Dataset {
  return withLabels(trainRowsOf(dataset, asGiven));
}

/** The labelled rows of a data folder, if there are any. */
function withLabels(dataset: Dataset): Dataset {
  const labelled = dataset.rows.filter(({ label, target }) => label !== undefined || target !== undefined);
  const without = dataset.rows.length - labelled.length;
  if (without === 0 || labelled.length === 0 || dataset.path === undefined) return dataset;
  const text = `learns from its ${labelled.length} rows with a label, and leaves out ${without} without`;
  const notice = { code: "support/unlabelled", where: dataset.name, text };
  return { ...dataset, rows: labelled, notices: [...dataset.notices, notice] };
}

function trainRowsOf(dataset: Dataset, asGiven: boolean): Dataset {
  const { name, rows } = dataset;
  if (!rows.some(({ split }) => split && split !== "train")) return dataset;
  const train = rows.filter(({ split }) => split === "train");
  if (train.length === 0 && asGiven) return dataset;
  if (train.length === 0) throw noTrainRows(name);
  const counts = [...splits.slice(1), undefined].flatMap((split) => {
    const count = rows.filter((row) => row.split === split).length;
    return count > 0 ? [`${count} ${split ? `of ${split}` : "without a split"}`] : [];
  });
  const notice = {
    code: "support/train-rows",
    where: name,
    text: `learns from its ${train.length} train rows, and leaves out ${counts.join(" and ")}`,
  };
  return { ...dataset, rows: train, notices: [...dataset.notices, notice] };
}

const noTrainRows = (name: string) =>
  new InputError({
    code: "data/no-train-rows",
    where: name,
    problem: "its rows are of val or test, and none is of train",
    expected: "train rows, or rows without a split, to learn from",
    remedy: "Give a folder of the examples to learn from, or leave their split out.",
  });
