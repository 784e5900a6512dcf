/** A user's examples as a data set, and the capacities of the arrays they are collated into. */

import { allocate, type NDArray } from "../base/array.js";
import { InputError } from "../base/errors.js";
import {
  checkExamples,
  createDataset,
  type Dataset,
  type Example,
  hasAny,
  isDataset,
  type ModalityDeclarations,
} from "../data/index.js";
import { declarationOf, type ModalitySpec } from "../modality/index.js";

/** Examples as records or as a data set. */
export type Examples = readonly Example[] | Dataset;

/**
 * The array capacity for `n` examples or classes: `n` up to 16, then multiples of an eighth of a power of two (18, 20, …
 * 32, 36, …). Few programs then serve all sizes, and padding is at most an eighth.
 */
export function capacityFor(n: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, n))) - 3);
  return step * Math.ceil(Math.max(1, n) / step);
}

/**
 * Examples as a data set.
 *
 * @throws {InputError} `model/no-examples` for other values, `model/no-known-modality` for a row with none of `specs`.
 */
export function datasetOf(examples: Examples, specs: Readonly<Record<string, ModalitySpec>>): Dataset {
  const modalities = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, declarationOf(spec)]),
  );
  const dataset = isDataset(examples) ? examples : createdFrom(examples, modalities);
  const known = Object.keys(specs);
  for (const row of dataset.rows) {
    if (hasAny(row, known)) continue;
    throw new InputError({
      code: "model/no-known-modality",
      where: row.where,
      problem: `it has ${Object.keys(row.values).join(", ")}`,
      expected: `at least one of ${known.join(", ")}, which the model was trained on`,
      remedy: "Add one of these, or use a model trained on what the example has.",
    });
  }
  return dataset;
}

function createdFrom(examples: readonly Example[], modalities: ModalityDeclarations): Dataset {
  checkExamples(examples, "model/no-examples");
  return createDataset({ name: "examples", examples, modalities });
}

/** Class mask, float32 [capacity]: 1 for each of `classes` that is in `among`. */
export function waysOf(classes: readonly string[], among: readonly string[]): NDArray {
  const ways = allocate({ dtype: "float32", shape: [capacityFor(classes.length)] });
  const chosen = new Set(among);
  for (const [k, name] of classes.entries()) ways.data[k] = Number(chosen.has(name));
  return ways;
}

/** Class mask, float32 [capacity]: 1 for each of the first `count` classes. */
export function waysArray(count: number, capacity: number): NDArray {
  const ways = allocate({ dtype: "float32", shape: [capacity] });
  ways.data.fill(1, 0, count);
  return ways;
}
