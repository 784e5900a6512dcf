/** The reading of a table column, as `dataset.json` declares it and a model stores it. */

import { z } from "zod";
import { dateOrders, parseDate } from "./dates.js";
import { isCategoryMark, isNumberMark } from "./marks.js";
import { parseNumber } from "./numerals.js";

const columnTypes = ["number", "date", "category"] as const;

/** A cell of a user: text of a CSV, or a value of JSON or Parquet. */
export type Cell = string | number | boolean;

/** The options that readings and declarations share. */
const format = {
  decimal: z.literal(",").optional(),
  thousands: z.enum([",", ".", " ", "'"]).optional(),
  /** The unit before or after every number; of dates, `days` or `seconds` since 1970. */
  unit: z.string().min(1).optional(),
  /** The order of day, month and year, for numeric months. */
  order: z.enum(dateOrders).optional(),
  /** Missing-value marks in addition to the usual ones: `-999`. */
  missing: z.array(z.string()).readonly().optional(),
};

export const readingSchema = z.strictObject({ type: z.enum(columnTypes), ...format });
/** The reading of one column. Dates become numbers. */
export type ColumnReading = Readonly<z.infer<typeof readingSchema>>;

const declared = { name: z.string().min(1), ...format, decimal: z.enum([".", ","]).optional() };

/** A column in the list of a tabular modality: a name, or a declaration. */
export const declarationSchema = z.union([
  z.string().min(1),
  z.strictObject({ ...declared, type: z.enum(columnTypes).optional() }),
]);

/** A column in the list of the data set: it may also be a text, or be ignored. */
export const columnSchema = z.strictObject({
  ...declared,
  type: z.enum([...columnTypes, "text", "ignore"]).optional(),
});
/** The declaration of a column in `dataset.json`. Absent options are inferred from the cells. */
export type ColumnDeclaration = Readonly<z.infer<typeof columnSchema>>;

/** Whether a reading is that of plain numbers: decimal points, and the usual missing-value marks. */
export const isPlain = ({ type, ...format }: ColumnReading): boolean =>
  type === "number" && Object.keys(format).length === 0;

const plainReading: ColumnReading = { type: "number" };

/** Whether a cell is missing, by the reading of its column. */
export function isMissing(
  cell: Cell | null | undefined,
  { type, missing }: ColumnReading = plainReading,
): cell is null | undefined {
  if (cell === null || cell === undefined || cell === "") return true;
  if (typeof cell === "number" && Number.isNaN(cell)) return true;
  if (missing?.includes(String(cell).trim())) return true;
  return typeof cell === "string" && (type === "category" ? cell.trim() === "" : isNumberMark(cell));
}

/** The finite float32 number of a cell in a column of numbers or dates; undefined if it is not one. */
export function numberOf(cell: Cell, reading: ColumnReading = plainReading): number | undefined {
  if (typeof cell === "boolean") return undefined;
  const number = typeof cell === "number" ? cell : textNumber(cell, reading);
  return number !== undefined && Number.isFinite(Math.fround(number)) ? number : undefined;
}

function textNumber(
  text: string,
  { type, order = "YMD", unit, ...format }: ColumnReading,
): number | undefined {
  if (type === "date") return parseDate(text, { order, unit: unit === "seconds" ? "seconds" : "days" });
  return parseNumber(text, unit === undefined ? format : { ...format, unit });
}

/** The usual missing-value marks in a column of categories. Among codes of two capitals, `NA` is a code. */
export function categoryMarks(texts: readonly string[]): string[] {
  const marks = texts.filter((text) => text.trim() !== "" && isCategoryMark(text)).map((text) => text.trim());
  const others = texts.filter((text) => !isCategoryMark(text));
  const areCodes = others.length > 0 && others.every((text) => /^[A-Z]{2}$/.test(text.trim()));
  return [...new Set(marks)].filter((mark) => mark !== "NA" || !areCodes);
}
