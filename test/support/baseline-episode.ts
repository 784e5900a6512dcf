/** A two-class episode over the first four rows of a table, for the tests of baselines. */

import { createDataset } from "../../src/data/dataset.js";
import { loadTable, planModalities, type Table } from "../../src/episode/index.js";

/** The table of a data set with these examples and declared modalities. */
export async function tableOf(examples: object[], modalities: object): Promise<Table> {
  const data = createDataset({
    name: "baselines",
    examples: examples as never,
    modalities: modalities as never,
  });
  return loadTable(data.rows, await planModalities(data, undefined, data.rows));
}

const items = (...pairs: [row: number, label: number][]) => pairs.map(([row, label]) => ({ row, label }));
export const episode = { classes: ["a", "b"], support: items([0, 0], [1, 1]), query: items([2, 0], [3, 1]) };
