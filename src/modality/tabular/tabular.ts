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
import { describe, type Modality, type ModalitySpec, shown } from "../modality.js";
import { parseOptions } from "../options.js";
import {
  type Cell,
  type ColumnDeclaration,
  declarationSchema,
  isMissing,
  numberOf,
  readingSchema,
} from "./index.js";
import { type Cells, planColumns, type TableColumn } from "./plan-columns.js";

export type { Cells, TableColumn } from "./plan-columns.js";

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
    const planned = planColumns(samples, columns, { categorical, standardise }, where);
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
