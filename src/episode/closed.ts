/** Splits rows, not classes, for supervised (closed-set) training: val and test hold other examples of the train classes. */

import { InputError } from "../base/errors.js";
import { random } from "../base/random.js";
import { checkLabelled } from "../data/columns/index.js";
import { type Split, splits } from "../data/splits.js";
import type { Dataset, Row } from "../data/types.js";
import type { ClassSplit } from "./split.js";

/** The ids of the rows held out by seed. */
export interface HeldRows {
  val: string[];
  test: string[];
}

export interface ClosedSplit {
  /** The train classes; val and test are empty. */
  readonly split: ClassSplit;
  readonly rows: Readonly<Record<Split, Row[]>>;
  readonly held?: HeldRows;
}

/** The share of the rows of a class in val, and in test. */
const SHARE = 0.15;

/**
 * Split the rows of the train classes: as declared if val or test rows of these classes are, else 70/15/15 by seed within
 * each class. A class of two rows has one test row, a class of three or more also a val row.
 *
 * @throws {InputError} data/too-few-classes for fewer than two train classes, data/none-held-out if no row could be held out
 */
export function closedSplit(dataset: Dataset, seed: number): ClosedSplit {
  checkLabelled(dataset);
  const { name, rows } = dataset;
  const declares = rows.some((row) => row.split);
  const labelled = rows.filter(({ label, split }) => label !== undefined && (!declares || split));
  const trained = labelled.filter(({ split }) => !declares || split === "train");
  const classes = [...new Set(trained.map(({ label }) => label!))].sort();
  if (classes.length < 2) throw tooFew(name, classes);
  const known = new Set(classes);
  const own = labelled.filter(({ label }) => known.has(label!));
  const isDeclared = own.some(({ split }) => split && split !== "train");
  const bySplit = (split: Split) => own.filter((row) => row.split === split);
  const found = isDeclared
    ? Object.fromEntries(splits.map((split) => [split, bySplit(split)]))
    : seededRows(trained, classes, seed);
  const { train, val, test } = found as Record<Split, Row[]>;
  if (test.length === 0) throw noneHeld(name);
  const source = isDeclared ? "declared" : "seeded";
  const ids = (some: readonly Row[]) => some.map(({ id }) => id);
  return {
    split: { train: classes, val: [], test: [], unusedRows: rows.length - own.length, source },
    rows: { train, val, test },
    ...(isDeclared ? {} : { held: { val: ids(val), test: ids(test) } }),
  };
}

/** The rows of each class, in their order, split by seed. */
function seededRows(rows: readonly Row[], classes: readonly string[], seed: number): Record<Split, Row[]> {
  const byClass = new Map<string, Row[]>(classes.map((name) => [name, []]));
  for (const row of rows) byClass.get(row.label!)!.push(row);
  const splitOf = new Map<Row, Split>();
  for (const [name, own] of byClass) {
    const count = Math.max(1, Math.round(SHARE * own.length));
    const order = random(seed, "row-split", name).shuffle(own);
    const test = own.length < 2 ? 0 : count;
    const val = own.length < 3 ? 0 : count;
    for (const [i, row] of order.entries())
      splitOf.set(row, i < test ? "test" : i < test + val ? "val" : "train");
  }
  const of = (split: Split) => rows.filter((row) => splitOf.get(row) === split);
  return { train: of("train"), val: of("val"), test: of("test") };
}

const tooFew = (name: string, classes: readonly string[]) =>
  new InputError({
    code: "data/too-few-classes",
    where: name,
    problem: classes.length === 0 ? "no train row has a label" : `the only train class is "${classes[0]}"`,
    expected: "at least two train classes",
    remedy: "Add labelled examples of more classes.",
  });

const noneHeld = (name: string) =>
  new InputError({
    code: "data/none-held-out",
    where: name,
    problem: "no test row is of a train class",
    expected: "classes of at least two rows, or test rows of the train classes",
    remedy:
      "Add examples or, to learn classes from one example each, adapt a model that was trained on other data.",
  });
