/** One-hot columns: the label of a row is the name of the column that has a mark in it. */

import { InputError } from "../../base/errors.js";
import { listed, quoted } from "../listed.js";
import { type RawRecord, whereOf } from "../record.js";
import { fieldValue } from "./cells.js";

/** Marks in tables, besides 1, and their opposites, besides 0. */
const MARKS: ReadonlySet<string> = new Set(["true", "t", "yes", "y", "x", "✓"]);
const BLANKS: ReadonlySet<string> = new Set(["false", "f", "no", "n", ""]);

/** Whether a cell is a mark (`1`, `true`, `yes`, `x`); undefined if it is neither a mark nor the absence of one. */
function isMark(value: unknown): boolean | undefined {
  if (typeof value === "object" && value !== null) return undefined;
  const cell = String(value ?? "")
    .trim()
    .toLowerCase();
  if (MARKS.has(cell)) return true;
  if (BLANKS.has(cell)) return false;
  const number = Number(cell);
  return number === 1 ? true : number === 0 ? false : undefined;
}

/** The column of `names` that has the mark of a record, or null. @throws {InputError} data/no-mark, data/several-labels */
export function markedColumn(record: RawRecord, names: readonly string[]): string | null {
  const marked = names.filter((name) => {
    const value = fieldValue(record, name);
    return isMark(value) ?? notAMark(value, name, record);
  });
  if (marked.length > 1) throw severalMarks(record, marked);
  return marked[0] ?? null;
}

/** The columns that hold marks, if every record has exactly one in them; else none. */
export function oneHotColumns(records: readonly RawRecord[], names: readonly string[]): string[] {
  const binary = names.filter(
    (name) =>
      records.every((record) => isMark(fieldValue(record, name)) !== undefined) &&
      records.some((record) => isMark(fieldValue(record, name))),
  );
  if (binary.length < 2) return [];
  const hasOne = (record: RawRecord) =>
    binary.filter((name) => isMark(fieldValue(record, name))).length === 1;
  return records.every(hasOne) ? binary : [];
}

function notAMark(value: unknown, column: string, record: RawRecord): never {
  throw new InputError({
    code: "data/no-mark",
    where: `${whereOf(record)}, column ${JSON.stringify(column)}`,
    problem: `${JSON.stringify(value)} is neither 1 nor 0`,
    expected: "1 or 0, true or false, yes or no, or x or nothing, in one-hot columns of the label",
    remedy: "Correct the cell, or name one column that holds the label.",
  });
}

const severalMarks = (record: RawRecord, columns: readonly string[]) =>
  new InputError({
    code: "data/several-labels",
    where: whereOf(record),
    problem: `${listed(columns.map(quoted))} are all 1`,
    expected: "a 1 in at most one of the one-hot columns, since a row has one class",
    remedy: "Keep one of them, or remove the row.",
  });
