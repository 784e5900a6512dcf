/** A support's rows as arrays: what adapting takes. */

import { allocate, type NDArray } from "../base/array.js";
import { InputError } from "../base/errors.js";
import { collate, type LabelledBatch, type Table } from "../data/index.js";
import { capacityFor, waysArray } from "./examples.js";
import type { Runtime } from "./runtime.js";

/** A table's labelled rows as a support, padded to a few capacities. Classes in name order. */
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
