/** How a data set's columns and labels are read, as options of `openDataset`. */

import { InputError } from "../base/errors.js";
import type { OpenOptions } from "../index.js";
import type { ValuesOf } from "./option.js";
import type { columns } from "./shared-options.js";

/** Options of `openDataset` from the flags for columns; `split` is the column with the split, if one is named. */
export function columnsOf(values: ValuesOf<typeof columns>, split: string | undefined): OpenOptions {
  const { label, text, image, group, classification, regression } = values;
  if (classification && regression)
    throw new InputError({
      code: "cli/two-tasks",
      where: "--classification and --regression",
      problem: "both are given",
      expected: "one of them",
      remedy: "Leave one out.",
    });
  const task = classification ? "classification" : regression ? "regression" : undefined;
  return { label, text, image, group, split, task };
}

/** Values of `--split` when it names a split instead of a column. */
const splits = ["train", "val", "test"] as const;

/** Check a value of `--split`; undefined if it is not given. */
export function splitNamed(name: string | undefined): (typeof splits)[number] | undefined {
  const found = splits.find((each) => each === name);
  if (name === undefined || found !== undefined) return found;
  throw new InputError({
    code: "cli/bad-value",
    where: "--split",
    problem: `the value is "${name}"`,
    expected: splits.join(" or "),
    remedy: "Choose one of these, or name a column with --split-column.",
  });
}
