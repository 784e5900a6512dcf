/** Divides the classes of a data set into an old and a new task, for continual learning. */

import { random } from "../base/random.js";
import type { Dataset } from "../data/types.js";
import { closedSplit } from "./closed.js";

/** The rows of a seeded half of the train classes, and those of the other half, as data sets. */
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
