/**
 * The tabular kind: cells by column, encoded as float32 `[3, columns]`: number, presence, category.
 *
 * A column of numbers, or of dates as days or seconds since 1970, is numeric (infer.ts): x = (value − mean) / std with the
 * statistics of the train cells, or the value itself with `standardise: false`, for encoders that standardise per task. Other
 * columns are categorical: the train values of all columns are numbered consecutively from 1, so that each category has one
 * number in the table; 0 is a value that train does not have, and the category of numeric columns. A missing cell is 0, 0, 0.
 * Augmentation drops each cell with a probability of 0.15, except one.
 */

import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { describe, type Modality, type ModalitySpec, type Sample, shown } from "../modality.js";
import { parseOptions } from "../options.js";
import {
  type Cell,
  type ColumnDeclaration,
  type ColumnReading,
  columnError,
  declarationSchema,
  inferColumn,
  isMissing,
  isPlain,
  numberOf,
  type PlacedCell,
  readingSchema,
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

/** `shape` is `[3, columns]`: number, presence, category. */
export interface TabularSpec extends ModalitySpec {
  readonly kind: "tabular";
  readonly shape: readonly [channels: 3, columns: number];
  readonly columns: readonly TableColumn[];
}

/** Total number of categories of all columns. */
export const categoryCount = (columns: readonly TableColumn[]): number =>
  columns.reduce((sum, column) => sum + ("values" in column ? column.values.length : 0), 0);

const nameOf = (column: z.infer<typeof declarationSchema>) =>
  typeof column === "string" ? column : column.name;
const once = (columns: readonly z.infer<typeof declarationSchema>[]) =>
  new Set(columns.map(nameOf)).size === columns.length;
const schema = z.strictObject({
  columns: z
    .array(declarationSchema)
    .min(1)
    .refine(once, { message: "each once" })
    .optional()
    .describe(
      'a list of different column names, or of { "name", "type": "number", "date" or "category", "decimal", "thousands", "unit", "order", "missing" }',
    ),
  categorical: z
    .array(z.string().min(1))
    .refine(once, { message: "each once" })
    .default([])
    .describe("a list of different column names"),
  standardise: z.boolean().default(true).describe("true or false"),
});

/** The columns that the options of a tabular modality declare, as objects; undefined if they declare none. */
export function declaredColumns(
  options: Record<string, unknown>,
  where: string,
): readonly ColumnDeclaration[] | undefined {
  const { columns, categorical } = parseOptions(schema, options, where);
  return columns?.map((column) => {
    const declared = typeof column === "string" ? { name: column } : column;
    return categorical.includes(declared.name) ? { ...declared, type: "category" as const } : declared;
  });
}

/** Limit of categories per column; rarer values are encoded as unknown. */
const mostCategories = 1000;
const dropped = 0.15;

/**
 * Options: `columns`, names or declarations, by default all columns of the train rows in order of first use; `categorical`,
 * the names of columns whose numbers are categories (a postcode); and `standardise` (true), for statistics of the train cells.
 */
export const tabular: Modality<TabularSpec> = {
  spec: z
    .strictObject({
      kind: z.literal("tabular"),
      shape: z.tuple([z.literal(3), z.int().min(1)]).readonly(),
      columns: z
        .array(
          z.union([
            z.strictObject({
              name: z.string(),
              mean: z.number(),
              std: z.number().positive(),
              read: readingSchema.optional(),
            }),
            z.strictObject({
              name: z.string(),
              first: z.int().min(1),
              values: z.array(z.string()).readonly(),
              read: readingSchema.optional(),
            }),
          ]),
        )
        .readonly(),
    })
    .refine(({ shape, columns }) => columns.length === shape[1], { message: "shape is [3, columns]" }),

  check: checkCells,
  sizeOf: (value) => ({ of: "cells", size: Object.keys(value as Cells).length }),

  async plan(samples, options, where) {
    for (const { value, where } of samples) checkCells(value, where);
    const { categorical, standardise } = parseOptions(schema, options, where);
    const found = new Set(samples.flatMap(({ value }) => Object.keys(value as Cells)));
    const columns: readonly ColumnDeclaration[] =
      declaredColumns(options, where) ?? [...found].map((name) => ({ name }));
    const isCategorical = new Set(categorical);
    const names = columns.map(({ name }) => name);
    for (const name of categorical) if (!names.includes(name)) throw noColumn(name, names, where);
    let next = 1;
    const planned = columns.map((declared): TableColumn => {
      const { name } = declared;
      const placed = cellsOf(samples, name);
      const inferred = inferColumn(placed, isCategorical.has(name) ? { type: "category" } : declared);
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
    return { kind: "tabular", shape: [3, columns.length], columns: planned };
  },

  async encode(value, { columns }, where) {
    checkCells(value, where);
    const out = new Float32Array(3 * columns.length);
    for (const [c, column] of columns.entries()) {
      const cell = Object.hasOwn(value, column.name) ? value[column.name] : null;
      const isCategory = "values" in column;
      if (isMissing(cell, column.read ?? { type: isCategory ? "category" : "number" })) continue;
      out[columns.length + c] = 1;
      if (isCategory) {
        const category = indexOfCategory(column.values, String(cell));
        out[2 * columns.length + c] = category < 0 ? 0 : column.first + category;
      } else {
        const number = numberOf(cell as Cell, column.read) ?? notANumber(cell as Cell, column, where);
        out[c] = (number - column.mean) / column.std;
      }
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

/** The index of a category, ignoring outer spaces; −1 for a value that train rows do not have. */
function indexOfCategory(values: readonly string[], text: string): number {
  const index = values.indexOf(text);
  return index < 0 ? values.indexOf(text.trim()) : index;
}

function checkCells(value: unknown, where: string): asserts value is Cells {
  const fail = (problem: string) => {
    throw new InputError({
      code: "tabular/bad-value",
      where,
      problem,
      expected: "{ column: cell, … } with at least one cell, each a string, a finite number, true or false",
      remedy: "Correct the cells, or leave out missing ones.",
    });
  };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail(`${describe(value)} is not a row of cells`);
  const cells = Object.entries(value);
  if (cells.every(([, cell]) => cell === null || cell === undefined || cell === "")) fail("there is no cell");
  for (const [name, cell] of cells)
    if (cell !== null && cell !== undefined && !["number", "string", "boolean"].includes(typeof cell))
      fail(`the cell "${name}" is ${shown(cell)}`);
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

function notANumber(cell: Cell, { name, read }: TableColumn, where: string): never {
  const what = read?.type === "date" ? "a date" : "a number";
  throw new InputError({
    code: "tabular/not-a-number",
    where,
    problem: `the cell "${name}" is ${shown(cell)}`,
    expected: `${what}, as in every train row, or a cell that is empty or NA`,
    remedy: `Correct the cell, or declare "${name}" with "type": "category" in dataset.json and train again.`,
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
