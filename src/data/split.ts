/** Splits classes, not rows: train, val and test share no class. */

import { InputError } from "../base/errors.js";
import { random } from "../base/random.js";
import { type Dataset, type Row, type Split, splits } from "./types.js";

/** The classes of each split, sorted by name. */
export interface ClassSplit {
  train: string[];
  val: string[];
  test: string[];
  /** Rows that no split uses: without a label or, where splits are declared, without a split. */
  unusedRows: number;
  /** `declared` by the rows' `split` fields, or `seeded`: 70/15/15 by seed. */
  source: "declared" | "seeded";
}

/**
 * Split the classes of a data set as its rows declare or, when no row does, by `seed`. A split needs two classes for
 * an episode, so test and val get at least two, and val none where train would keep fewer than three. Throws an
 * `InputError` for a class in two splits, and for fewer than four classes to split by seed.
 */
export function splitClasses(dataset: Dataset, seed: number): ClassSplit {
  return dataset.rows.some((row) => row.split) ? declaredSplit(dataset.rows) : seededSplit(dataset, seed);
}

/** The rows of one split. Where splits are declared, rows without one are left out. */
export function splitRows(dataset: Dataset, { source, ...split }: ClassSplit, name: Split): Row[] {
  const classes = new Set(split[name]);
  return dataset.rows.filter(
    (row) => row.label !== undefined && classes.has(row.label) && (source === "seeded" || row.split),
  );
}

function declaredSplit(rows: readonly Row[]): ClassSplit {
  const first = new Map<string, Row>();
  let unusedRows = 0;
  for (const row of rows) {
    if (row.label === undefined || !row.split) {
      unusedRows++;
      continue;
    }
    const other = first.get(row.label);
    if (!other) first.set(row.label, row);
    else if (other.split !== row.split) throw classInTwo(other, row);
  }
  const classesOf = (split: Split) =>
    [...first].flatMap(([label, row]) => (row.split === split ? [label] : [])).sort();
  const [train, val, test] = splits.map(classesOf);
  return { train, val, test, unusedRows, source: "declared" };
}

function seededSplit({ name, rows }: Dataset, seed: number): ClassSplit {
  const labels = rows.flatMap(({ label }) => (label === undefined ? [] : [label]));
  const classes = [...new Set(labels)].sort();
  if (classes.length < 4) throw tooFewClasses(name, classes);
  const held = Math.max(2, Math.round(0.15 * classes.length));
  const heldVal = classes.length - 2 * held > 2 ? held : 0;
  const order = random(seed, "class-split").shuffle(classes);
  return {
    train: order.slice(held + heldVal).sort(),
    val: order.slice(held, held + heldVal).sort(),
    test: order.slice(0, held).sort(),
    unusedRows: rows.length - labels.length,
    source: "seeded",
  };
}

const classInTwo = (one: Row, other: Row) =>
  new InputError({
    code: "data/class-in-two-splits",
    where: `${other.where}, field "split"`,
    problem: `the class "${one.label}" is in ${other.split} here but in ${one.split} in ${one.where}`,
    expected: "every class in one split only",
    remedy: "Move all rows of the class to one split, or remove `split` to have classes split by seed.",
  });

const tooFewClasses = (name: string, classes: string[]) =>
  new InputError({
    code: "data/too-few-classes",
    where: name,
    problem: classes.length ? problemOf(classes) : "no row has a label",
    expected: "at least 4 classes where no row has a split: 2 to train on and 2 others to test on",
    remedy: "Add labelled examples of more classes.",
  });

function problemOf(classes: string[]): string {
  const shown = classes.map((name) => JSON.stringify(name)).join(", ");
  return classes.length === 1 ? `the only class is ${shown}` : `the only classes are ${shown}`;
}
