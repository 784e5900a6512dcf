/** What flags state of a data set's columns and labels, as options of `openDataset`. */

import { InputError } from "../base/errors.js";
import type { OpenOptions } from "../index.js";
import type { Values } from "./options.js";

/**
 * The options that every command takes which opens data. `--split` names the column of splits, or one of the splits where
 * `splitIsName` says so; `--split-column` then names the column.
 */
export function columnsOf(values: Values, splitIsName = false): OpenOptions {
  const splitColumn = splitIsName ? values["split-column"] : values.split;
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
  return { label, text, image, group, split: splitColumn, task };
}

/** The splits that `--split` may name, where it chooses classes to evaluate on. */
const splits = ["train", "val", "test"] as const;

/** The split that `--split` names; undefined if it is not given. */
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
