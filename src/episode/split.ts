/**
 * Splits classes, not rows: train, val and test share no class. If each group is a task, the splits share no group, but may
 * share classes.
 */

import { InputError } from "../base/errors.js";
import { random } from "../base/random.js";
import { checkLabelled } from "../data/columns/index.js";
import { type Split, splits } from "../data/splits.js";
import { type Dataset, groupsAreTasks, type Row, unitOf, unitWordsOf } from "../data/types.js";

/** The classes of each split, sorted by name; the groups, if each group is a task. */
export interface ClassSplit {
  train: string[];
  val: string[];
  test: string[];
  /** Number of rows in no split: rows without a label and, if splits are declared, rows without a split. */
  unusedRows: number;
  /** `declared` by the rows' `split` fields, or `seeded`: 70/15/15 by seed. */
  source: "declared" | "seeded";
}

/**
 * Split the classes of a data set as its rows declare, or by `seed` if no row has a split. An episode needs two classes, so
 * test and val get at least two, and val none if train would keep fewer than three. Classes of fewer than `leastRows` rows
 * (shot + 1) cannot be tested and stay in train if there are others to hold out. If each group is a task, groups are split in
 * the same way, but one is enough for an episode.
 *
 * @throws {InputError} data/class-in-two-splits, data/too-few-classes for fewer than four classes to split by seed
 */
export function splitClasses(dataset: Dataset, seed: number, leastRows = 2): ClassSplit {
  checkLabelled(dataset);
  return dataset.rows.some((row) => row.split)
    ? declaredSplit(dataset.rows)
    : seededSplit(dataset, seed, leastRows);
}

/** The rows of one split. If splits are declared, rows without one are left out. */
export function splitRows(dataset: Dataset, { source, ...split }: ClassSplit, name: Split): Row[] {
  const units = new Set<string | undefined>(split[name]);
  return dataset.rows.filter((row) => (source === "seeded" || row.split) && units.has(unitOf(row)));
}

function declaredSplit(rows: readonly Row[]): ClassSplit {
  const first = new Map<string, Row>();
  let unusedRows = 0;
  for (const row of rows) {
    const unit = row.split && unitOf(row);
    if (unit === undefined) {
      unusedRows++;
      continue;
    }
    const other = first.get(unit);
    if (!other) first.set(unit, row);
    else if (other.split !== row.split) throw inTwoSplits(other, row);
  }
  const unitsOf = (split: Split) =>
    [...first].flatMap(([unit, row]) => (row.split === split ? [unit] : [])).sort();
  const [train, val, test] = splits.map(unitsOf);
  return { train, val, test, unusedRows, source: "declared" };
}

function seededSplit({ name, rows }: Dataset, seed: number, leastRows: number): ClassSplit {
  const ofRows = rows.flatMap((row) => unitOf(row) ?? []);
  const units = [...new Set(ofRows)].sort();
  const least = groupsAreTasks(rows) ? 1 : 2;
  if (units.length < 2 * least) throw tooFew(name, units, rows, least);
  const held = Math.max(least, Math.round(0.15 * units.length));
  const heldVal = units.length - 2 * held > least ? held : 0;
  const shuffled = random(seed, "class-split").shuffle(units);
  const sizes = new Map<string, number>();
  for (const unit of ofRows) sizes.set(unit, (sizes.get(unit) ?? 0) + 1);
  const order = largeEnoughFirst(shuffled, (unit) => sizes.get(unit)! >= leastRows, held + heldVal);
  return {
    train: order.slice(held + heldVal).sort(),
    val: order.slice(held, held + heldVal).sort(),
    test: order.slice(0, held).sort(),
    unusedRows: rows.length - ofRows.length,
    source: "seeded",
  };
}

/** `order` with each unit among the first `held` that is too small exchanged for the next large one, while there is one. */
function largeEnoughFirst(
  order: readonly string[],
  isLarge: (unit: string) => boolean,
  held: number,
): string[] {
  const result = [...order];
  for (let i = 0; i < held; i++) {
    if (isLarge(result[i])) continue;
    const next = result.findIndex((unit, k) => k >= held && isLarge(unit));
    if (next < 0) break;
    [result[i], result[next]] = [result[next], result[i]];
  }
  return result;
}

function inTwoSplits(first: Row, other: Row): InputError {
  const [unit, units] = unitWordsOf([first]);
  return new InputError({
    code: "data/class-in-two-splits",
    where: `${other.where}, field "split"`,
    problem: `the ${unit} "${unitOf(first)}" is in ${other.split} here but in ${first.split} in ${first.where}`,
    expected: `every ${unit} in one split only`,
    remedy:
      unit === "class"
        ? "To train and test on the same classes, give the option `closed: true`. For few-shot learning of new classes, move all rows of a class to one split, or leave the splits out to have classes split by seed."
        : `Move all rows of the ${unit} to one split, or leave the splits out to have ${units} split by seed.`,
  });
}

function tooFew(name: string, found: string[], rows: readonly Row[], each: number): InputError {
  const [unit, units] = unitWordsOf(rows);
  const names = found.map((name) => JSON.stringify(name)).join(", ");
  return new InputError({
    code: "data/too-few-classes",
    where: name,
    problem:
      found.length === 0
        ? "no row has a label"
        : `the only ${found.length === 1 ? `${unit} is` : `${units} are`} ${names}`,
    expected: `at least ${2 * each} ${units} if no row has a split: ${each} to train on and ${each} other${each > 1 ? "s" : ""} to test on`,
    remedy:
      unit === "class" && found.length > 1
        ? "To train and test on these classes themselves, give the option `closed: true`. For few-shot learning of new classes, add labelled examples of more classes, or adapt a model that was trained on others."
        : `Add labelled examples of more ${units}.`,
  });
}
