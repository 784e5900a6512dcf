/** Two tasks of one data set: a seeded half of the train classes is the old one, the rest the new one. */

import { random } from "../base/random.js";
import type { Dataset } from "../data/types.js";
import { closedSplit } from "./closed.js";

/** The rows of each half of the train classes, as data sets. */
export function halves(data: Dataset, seed: number): [older: Dataset, newer: Dataset] {
  const { train } = closedSplit(data, seed).split;
  const order = random(seed, "old-classes").shuffle(train);
  const older = new Set(order.slice(0, Math.floor(order.length / 2)));
  const newer = new Set(train.filter((name) => !older.has(name)));
  const of = (name: string, classes: ReadonlySet<string>): Dataset => ({
    ...data,
    name: `${data.name}, ${name} half`,
    rows: data.rows.filter(({ label }) => label !== undefined && classes.has(label)),
  });
  return [of("old", older), of("new", newer)];
}
