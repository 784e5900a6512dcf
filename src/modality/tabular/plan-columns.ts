/**
 * Plans the columns of a tabular modality from the train cells: the mean and standard deviation of a numeric column, the
 * numbered categories of a categorical one.
 */

import { InputError } from "../../base/errors.js";
import type { Sample } from "../modality.js";
import {
  type Cell,
  type ColumnDeclaration,
  type ColumnReading,
  columnError,
  inferColumn,
  isMissing,
  isPlain,
  numberOf,
  type PlacedCell,
} from "./index.js";

/** The value of a tabular modality: cells by column. A missing cell is an absent key, null, "" or a mark such as `NA`. */
export type Cells = Readonly<Record<string, Cell | null>>;

/** A numeric column, or a categorical one whose first category has the number `first`. `read` is absent for plain cells. */
export type TableColumn =
  | { readonly name: string; readonly mean: number; readonly std: number; readonly read?: ColumnReading }
  | {
      readonly name: string;
      readonly first: number;
      readonly values: readonly string[];
      readonly read?: ColumnReading;
    };

/** Limit of categories per column; rarer values are encoded as unknown. */
const mostCategories = 1000;

/**
 * Plan the declared columns from the cells of `samples`. Columns named in `categorical` are read as categories; numeric columns
 * have mean 0 and standard deviation 1 without `standardise`.
 *
 * @throws {InputError} `tabular/no-column`, `tabular/empty-column`, `tabular/not-a-number`, `tabular/ambiguous-column`.
 */
export function planColumns(
  samples: readonly Sample[],
  columns: readonly ColumnDeclaration[],
  { categorical, standardise }: { categorical: readonly string[]; standardise: boolean },
  where: string,
): TableColumn[] {
  const names = columns.map(({ name }) => name);
  for (const name of categorical) if (!names.includes(name)) throw noColumn(name, names, where);
  let next = 1;
  return columns.map((declared): TableColumn => {
    const { name } = declared;
    const placed = cellsOf(samples, name);
    const inferred = inferColumn(placed, categorical.includes(name) ? { type: "category" } : declared);
    const error = columnError(name, inferred);
    if (error) throw error;
    const { reading, present } = inferred;
    if (present === 0) throw emptyColumn(name, where);
    const cells = placed.flatMap(({ cell }) => (isMissing(cell, reading) ? [] : [cell as Cell]));
    if (reading.type !== "category") {
      const numbers = cells.map((cell) => numberOf(cell, reading) as number);
      const scale = standardise ? scaleOf(numbers) : { mean: 0, std: 1 };
      return { name, ...scale, ...(!isPlain(reading) && { read: reading }) };
    }
    const values = categoriesOf(cells.map((cell) => String(cell).trim()));
    const column = { name, first: next, values, ...(reading.missing && { read: reading }) };
    next += values.length;
    return column;
  });
}

/** The cells of a column with their positions. */
const cellsOf = (samples: readonly Sample[], name: string): PlacedCell[] =>
  samples.map(({ value, where }) => ({
    cell: Object.hasOwn(value as Cells, name) ? (value as Cells)[name] : null,
    where,
  }));

/** Mean and standard deviation; the latter is 1 for constant columns. */
function scaleOf(numbers: readonly number[]): { mean: number; std: number } {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const squares = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const varies = numbers.some((x) => x !== numbers[0]);
  return { mean, std: varies ? Math.sqrt(squares / numbers.length) || 1 : 1 };
}

/** The most frequent values, sorted. */
function categoriesOf(cells: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const byCount = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return byCount
    .slice(0, mostCategories)
    .map(([value]) => value)
    .sort();
}

const noColumn = (name: string, columns: readonly string[], where: string) =>
  new InputError({
    code: "tabular/no-column",
    where: `${where}.categorical`,
    problem: `there is no column "${name}"`,
    expected: `some of ${columns.join(", ")}`,
    remedy: "Correct the name, or leave it out.",
  });

const emptyColumn = (name: string, where: string) =>
  new InputError({
    code: "tabular/empty-column",
    where: `${where}.columns`,
    problem: `no train row has a cell "${name}"`,
    expected: "at least one train row with a cell of every column",
    remedy: "Correct the name, fill the column, or leave it out.",
  });
