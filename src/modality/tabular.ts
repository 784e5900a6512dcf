/**
 * The tabular kind: cells by column to float32 `[3, columns]`: a number, whether the cell is there, and a category.
 *
 * A column whose train cells are all numbers (or strings that say one) is numeric: x = (value − mean) / std of the train
 * cells, or the value itself with `standardise: false`, where an encoder standardises by the task's own rows. Any other is categorical: its train values count from 1 on, through all columns, so that a category has one
 * number in the table; 0 is what train does not have, and what a numeric column says. A missing cell is 0, 0, 0.
 * Augmented, each cell but one is missing with a probability of 0.15.
 */

import { z } from "zod";
import { InputError } from "../base/errors.js";
import { describe, type Modality, type ModalitySpec, type Sample, shown } from "./modality.js";
import { parseOptions } from "./options.js";

/** What a tabular modality takes: cells by column. A missing cell is an absent key, null or "". */
export type Cells = Readonly<Record<string, string | number | boolean | null>>;

/** A column of numbers, or of categories, whose first has the number `first`. */
export type TableColumn =
  | { readonly name: string; readonly mean: number; readonly std: number }
  | { readonly name: string; readonly first: number; readonly values: readonly string[] };

/** `shape` is `[3, columns]`: number, presence, category. */
export interface TabularSpec extends ModalitySpec {
  readonly kind: "tabular";
  readonly shape: readonly [channels: 3, columns: number];
  readonly columns: readonly TableColumn[];
}

/** How many categories all columns have. */
export const categoryCount = (columns: readonly TableColumn[]): number =>
  columns.reduce((sum, column) => sum + ("values" in column ? column.values.length : 0), 0);

const names = z
  .array(z.string().min(1))
  .min(1)
  .refine((columns) => new Set(columns).size === columns.length, { message: "each once" });
const schema = z.strictObject({
  columns: names.optional().describe("a list of different column names"),
  categorical: names.default([]).describe("a list of different column names"),
  standardise: z.boolean().default(true).describe("true or false"),
});

/** Rarer values of a column than its most frequent count as unknown. */
const mostCategories = 1000;
const dropped = 0.15;

/**
 * Options: `columns`, by default all that train rows have, in order of first use; `categorical`, the names of those
 * whose numbers are categories (a postcode); and `standardise` (true), for numbers to be standardised by train cells.
 */
export const tabular: Modality<TabularSpec> = {
  spec: z
    .strictObject({
      kind: z.literal("tabular"),
      shape: z.tuple([z.literal(3), z.int().min(1)]).readonly(),
      columns: z
        .array(
          z.union([
            z.strictObject({ name: z.string(), mean: z.number(), std: z.number().positive() }),
            z.strictObject({
              name: z.string(),
              first: z.int().min(1),
              values: z.array(z.string()).readonly(),
            }),
          ]),
        )
        .readonly(),
    })
    .refine(({ shape, columns }) => columns.length === shape[1], { message: "shape is [3, columns]" }),

  check: checkCells,

  async plan(samples, options, where) {
    const asked = parseOptions(schema, options, where);
    for (const { value, where } of samples) checkCells(value, where);
    const found = samples.flatMap(({ value }) => Object.keys(value as Cells));
    const columns = asked.columns ?? [...new Set(found)];
    for (const name of asked.categorical) if (!columns.includes(name)) throw noColumn(name, columns, where);
    let next = 1;
    const planned = columns.map((name): TableColumn => {
      const cells = cellsOf(samples, name);
      if (cells.length === 0) throw emptyColumn(name, where);
      const numbers = cells.map(({ cell }) => numberOf(cell));
      if (!asked.categorical.includes(name) && numbers.every((x) => x !== undefined))
        return { name, ...(asked.standardise ? scaleOf(numbers) : { mean: 0, std: 1 }) };
      const column = { name, first: next, values: categoriesOf(cells.map(({ cell }) => String(cell))) };
      next += column.values.length;
      return column;
    });
    return { kind: "tabular", shape: [3, columns.length], columns: planned };
  },

  async encode(value, { columns }, where) {
    checkCells(value, where);
    const out = new Float32Array(3 * columns.length);
    for (const [c, column] of columns.entries()) {
      const cell = Object.hasOwn(value, column.name) ? value[column.name] : null;
      if (isMissing(cell)) continue;
      out[columns.length + c] = 1;
      if ("values" in column) {
        const category = column.values.indexOf(String(cell));
        out[2 * columns.length + c] = category < 0 ? 0 : column.first + category;
      } else out[c] = ((numberOf(cell) ?? notANumber(cell, column.name, where)) - column.mean) / column.std;
    }
    return out;
  },

  augment(array, { columns: { length } }, random) {
    const there = Array.from({ length }, (_, c) => c).filter((c) => array[length + c] === 1);
    const [, ...others] = random.shuffle(there);
    for (const c of others)
      if (random.uniform() < dropped) for (let k = 0; k < 3; k++) array[k * length + c] = 0;
  },
};

type Cell = string | number | boolean;

const isMissing = (cell: Cell | null | undefined): cell is null | undefined | "" =>
  cell === null || cell === undefined || cell === "";

/** The number that a cell is or says. */
function numberOf(cell: Cell): number | undefined {
  if (typeof cell === "boolean") return undefined;
  const number = typeof cell === "number" || cell.trim() !== "" ? Number(cell) : Number.NaN;
  return Number.isFinite(Math.fround(number)) ? number : undefined;
}

function checkCells(value: unknown, where: string): asserts value is Cells {
  const fail = (problem: string) => {
    throw new InputError({
      code: "tabular/bad-value",
      where,
      problem,
      expected: "{ column: cell, … } with at least one cell, each a string, a finite number, true or false",
      remedy: "Correct the cells, or leave out those that are not there.",
    });
  };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail(`${describe(value)} is not a row of cells`);
  const cells = Object.entries(value);
  if (cells.every(([, cell]) => isMissing(cell))) fail("there is no cell");
  for (const [name, cell] of cells) {
    const isNumber = typeof cell === "number" && Number.isFinite(Math.fround(cell));
    if (!isMissing(cell) && !isNumber && typeof cell !== "string" && typeof cell !== "boolean")
      fail(`the cell "${name}" is ${shown(cell)}`);
  }
}

/** The cells of a column that are there. */
const cellsOf = (samples: readonly Sample[], name: string): { cell: Cell; where: string }[] =>
  samples.flatMap(({ value, where }) => {
    const cell = Object.hasOwn(value as Cells, name) ? (value as Cells)[name] : null;
    return isMissing(cell) ? [] : [{ cell: cell as Cell, where }];
  });

/** Mean and standard deviation; the latter 1 where all numbers are the same. */
function scaleOf(numbers: readonly number[]): { mean: number; std: number } {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const squares = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const varies = numbers.some((x) => x !== numbers[0]);
  return { mean, std: varies ? Math.sqrt(squares / numbers.length) || 1 : 1 };
}

/** The most frequent values, in the order of their names. */
function categoriesOf(cells: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const byCount = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return byCount
    .slice(0, mostCategories)
    .map(([value]) => value)
    .sort();
}

function notANumber(cell: Cell, name: string, where: string): never {
  throw new InputError({
    code: "tabular/not-a-number",
    where,
    problem: `the cell "${name}" is ${shown(cell)}`,
    expected: "a number, as in every train row",
    remedy: `Correct the cell, or list "${name}" under "categorical" in dataset.json and train again.`,
  });
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
