/** A user's examples as arrays: what adapting and predicting take. */

import { allocate, type NDArray } from "../base/array.js";
import { InputError } from "../base/errors.js";
import {
  collate,
  createDataset,
  type Dataset,
  type Example,
  type LabelledBatch,
  type Table,
} from "../data/index.js";
import type { ModalitySpec } from "../modality/index.js";
import type { Runtime } from "./runtime.js";

/** Examples as records, or as a data set. */
export type Examples = readonly Example[] | Dataset;

/** The capacity that serves `n`: a power of two, so that few programs serve all sizes. */
export const capacityFor = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, n)));

/** Examples as a data set whose every row has one of the modalities `specs`. */
export function datasetOf(examples: Examples, specs: Readonly<Record<string, ModalitySpec>>): Dataset {
  const modalities = Object.fromEntries(Object.entries(specs).map(([name, { kind }]) => [name, { kind }]));
  const dataset = "rows" in examples ? examples : createDataset({ name: "examples", examples, modalities });
  const known = Object.keys(specs);
  for (const row of dataset.rows) {
    if (known.some((name) => Object.hasOwn(row.values, name))) continue;
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

/** float32 [capacity]: 1 for each of the first `count` classes. */
export function waysArray(count: number, capacity: number): NDArray {
  const ways = allocate({ dtype: "float32", shape: [capacity] });
  ways.data.fill(1, 0, count);
  return ways;
}

/** A table's labelled rows as a support, padded to capacities that are powers of two. Classes in name order. */
export function supportArrays(
  table: Table,
  modalities: readonly string[],
  runtime: Runtime,
): { support: LabelledBatch; ways: NDArray; classes: string[] } {
  const unlabelled = table.rows.find(({ label }) => label === undefined);
  if (unlabelled)
    throw new InputError({
      code: "task/no-label",
      where: unlabelled.where,
      problem: "the support example has no label",
      expected: "a label in every support example",
      remedy: "Add it, or take the row out of the support.",
    });
  const classes = [...new Set(table.rows.map(({ label }) => label!))].sort();
  if (classes.length < 2)
    throw new InputError({
      code: "task/one-class",
      where: table.rows[0].where,
      problem: `the support's only class is "${classes[0]}"`,
      expected: "at least two classes",
      remedy: "Add examples of another class.",
    });
  const trainedWay = runtime.recipe.episode.way;
  if (runtime.learner.fixedWay && classes.length !== trainedWay)
    throw new InputError({
      code: "task/fixed-way",
      where: table.rows[0].where,
      problem: `the support has ${classes.length} classes`,
      expected: `${trainedWay}, which ${runtime.recipe.learner.name} was meta-trained for`,
      remedy: "Give that many classes, or use a learner that takes any number.",
    });
  const way = capacityFor(classes.length);
  const capacity = capacityFor(table.rows.length);
  const labels = allocate({ dtype: "float32", shape: [capacity, way] });
  for (const [i, { label }] of table.rows.entries()) labels.data[i * way + classes.indexOf(label!)] = 1;
  const rows = table.rows.map((_, i) => i);
  return {
    support: { ...collate(table, rows, modalities, capacity), labels },
    ways: waysArray(classes.length, way),
    classes,
  };
}
