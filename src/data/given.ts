/** Checks the examples that a caller gives: a list of records, or a data set. */

import { InputError } from "../base/errors.js";
import type { Dataset, Example } from "./types.js";

const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a value has the rows and the kinds of a data set. */
export const isDataset = (value: unknown): value is Dataset =>
  isRecord(value) &&
  "rows" in value &&
  Array.isArray(value.rows) &&
  "kinds" in value &&
  isRecord(value.kinds);

/** Check a list of records. @throws {InputError} with this code unless `examples` is one */
export function checkExamples(examples: unknown, code = "data/no-examples"): asserts examples is Example[] {
  const bad = Array.isArray(examples) ? examples.findIndex((example) => !isRecord(example)) : -1;
  if (Array.isArray(examples) && bad < 0) return;
  throw new InputError({
    code,
    where: bad < 0 ? "examples" : `example ${bad + 1}`,
    problem: "it is not a record",
    expected: "{ label?, <modality>: value, … }, or a list of such records, or a data set",
    remedy: "Give each example as an object with one key per modality.",
  });
}

/** Check a data set. @throws {InputError} `data/no-dataset` unless `data` is one; `where` names it */
export function checkDataset(data: unknown, where: string): asserts data is Dataset {
  if (isDataset(data)) return;
  throw new InputError({
    code: "data/no-dataset",
    where,
    problem: "the value is not a data set",
    expected: "what openDataset or createDataset returns",
    remedy: "Open the data first: data: await openDataset(path).",
  });
}
