/**
 * Infers the reading of a column from all its cells: numbers, dates or categories, their format, which cells are missing and
 * which do not fit. Cells that fit two different readings are `ambiguous`; none is chosen silently.
 */

import { InputError } from "../../base/errors.js";
import { shown } from "../modality.js";
import { findDates } from "./dates.js";
import { isNumberMark } from "./marks.js";
import { findFormat, isBeyondFloat32, type NumberFormat, parseNumber } from "./numerals.js";
import {
  type Cell,
  type ColumnDeclaration,
  type ColumnReading,
  categoryMarks,
  isMissing,
  numberOf,
} from "./reading.js";

/** A cell and its position: `metadata.csv:13`. */
export interface PlacedCell {
  readonly cell: Cell | null | undefined;
  readonly where: string;
}

/** Equal cells of a column, at the position of the first. */
interface Value extends PlacedCell {
  readonly cell: Cell;
  count: number;
}

/** The contents of a column, and its reading. */
export interface InferredColumn {
  readonly reading: ColumnReading;
  /** Number of cells that are not missing, of `total`. */
  readonly present: number;
  readonly total: number;
  /** Number of distinct values among them. */
  readonly distinct: number;
  /** Texts that were read as missing. */
  readonly marks: readonly string[];
  /** Values that do not fit, each at its first position. */
  readonly odd: readonly PlacedCell[];
  /** Two readings that fit equally well, in words. */
  readonly ambiguous?: { readonly example: PlacedCell; readonly either: string; readonly or: string };
  /** For categories: number of cells that are numbers. */
  readonly numeric: number;
  /** For categories: set if cells are codes of digits with leading zeros. */
  readonly codes?: true;
}

/** Share of numbers (or dates) from which on the other cells are errors, and the column is not categorical. */
const MOSTLY = 0.75;

const isCode = (text: string) => /^0\d+$/.test(text.trim());

/** Infer the reading of a column, given what is declared of it. `others` is the number format of the other columns of the file. */
export function inferColumn(
  cells: readonly PlacedCell[],
  declared: Omit<ColumnDeclaration, "name"> = {},
  others?: NumberFormat,
): InferredColumn {
  const { missing, order, decimal, thousands, unit } = declared;
  const values = new Map<Cell, Value>();
  for (const placed of cells) {
    const { cell } = placed;
    if (cell === undefined || isMissing(cell, { type: "category", missing })) continue;
    const value = values.get(cell);
    if (value) value.count++;
    // The position is formatted here, once per distinct value.
    else values.set(cell, { cell, where: placed.where, count: 1 });
  }
  const all = [...values.values()];
  const total = cells.length;
  const result = (reading: ColumnReading, rest: Partial<InferredColumn> = {}): InferredColumn => {
    const marked = [...new Set([...(reading.missing ?? []), ...(missing ?? [])])];
    const { missing: _, ...unmarked } = reading;
    const full: ColumnReading = { ...unmarked, ...(marked.length > 0 && { missing: marked }) };
    const there = all.filter(({ cell }) => !isMissing(cell, full));
    const missingTexts = all.filter(({ cell }) => typeof cell === "string" && isMissing(cell, full));
    return {
      reading: full,
      present: there.reduce((sum, { count }) => sum + count, 0),
      total,
      distinct: there.length,
      marks: [...new Set(missingTexts.map(({ cell }) => String(cell).trim()))],
      odd: [],
      numeric: 0,
      ...rest,
    };
  };
  const there = all.filter(({ cell }) => typeof cell !== "string" || !isNumberMark(cell));
  const strings = there.filter(({ cell }) => typeof cell === "string");
  const texts = strings.map(({ cell }) => cell as string);
  const categories = (rest: Partial<InferredColumn> = {}) => {
    const marks = categoryMarks(
      all.filter(({ cell }) => typeof cell === "string").map(({ cell }) => cell as string),
    );
    return result({ type: "category", missing: marks }, rest);
  };
  if (declared.type === "category") return categories();
  if (
    declared.type === undefined &&
    there.length === 0 &&
    all.length > 0 &&
    all.every(({ cell }) => cell !== "")
  )
    return result({ type: "number" });
  const hasBooleans = there.some(({ cell }) => typeof cell === "boolean");
  if (hasBooleans && there.every(({ cell }) => typeof cell === "boolean") && !declared.type)
    return categories();
  if (declared.type === undefined && texts.some(isCode) && texts.every((text) => /^\d+$/.test(text.trim())))
    return categories({ codes: true });
  const countOf = (some: readonly Value[]) => some.reduce((sum, { count }) => sum + count, 0);
  const size = countOf(there);
  const asNumbers = () => {
    const isPlainNumber = (text: string) => parseNumber(text) !== undefined;
    const isAllPlain = !decimal && !thousands && unit === undefined && texts.every(isPlainNumber);
    const found = isAllPlain
      ? { format: {} as NumberFormat, or: undefined }
      : findFormat(texts, { ...statedFormat(texts, declared), unit });
    let { format, or } = found;
    // Columns of one file have the same format.
    if (or && others) {
      const chosen = others.decimal ? { decimal: "," as const } : { thousands: "," as const };
      format = { ...chosen, ...(format.unit !== undefined && { unit: format.unit }) };
      or = undefined;
    }
    const reading: ColumnReading = { type: "number", ...format };
    return { reading, or, odd: there.filter(({ cell }) => numberOf(cell, reading) === undefined) };
  };
  const asDates = () => {
    const { format, or } = findDates(texts, order);
    const reading: ColumnReading = { type: "date", ...format, ...(unit && { unit }) };
    const odd = there.filter(
      ({ cell }) => typeof cell === "boolean" || numberOf(cell, reading) === undefined,
    );
    return { reading, or, odd };
  };
  if (declared.type !== "date") {
    const { reading, or, odd } = asNumbers();
    const share = (size - countOf(odd)) / Math.max(1, size);
    // `inf` and `1e308` are numbers, but not finite float32.
    const beyond = odd.filter(({ cell }) => typeof cell === "number" || isBeyondFloat32(String(cell)));
    const isNumber =
      declared.type === "number" ||
      (size > 0 && share >= MOSTLY) ||
      (odd.length > 0 && beyond.length === odd.length);
    if (isNumber) {
      const example = there.find(({ cell }) => typeof cell === "string" && cell.includes(","));
      const ambiguous = or &&
        example && {
          example,
          either: `${parseNumber(String(example.cell), reading)}`,
          or: `${parseNumber(String(example.cell), or)}`,
        };
      return result(reading, { odd, numeric: size - countOf(odd), ...(ambiguous && { ambiguous }) });
    }
    const dates = strings.length > 0 ? asDates() : undefined;
    const dated = dates ? (size - countOf(dates.odd)) / Math.max(1, size) : 0;
    if (!dates || dated < MOSTLY) return categories({ numeric: size - countOf(odd) });
    return datesOf(dates);
  }
  return datesOf(asDates());

  function datesOf({ reading, or, odd }: ReturnType<typeof asDates>): InferredColumn {
    const example = strings.find(({ cell }) => /^\d{1,2}[-/.]/.test(String(cell).trim()));
    const ambiguous = or &&
      example && {
        example,
        either: inWords(reading.order ?? "DMY"),
        or: inWords(or),
      };
    return result(reading, { odd, ...(ambiguous && { ambiguous }) });
  }
}

/** The declared part of a number format: with decimal points, commas separate thousands. */
function statedFormat(
  texts: readonly string[],
  { decimal, thousands }: Omit<ColumnDeclaration, "name">,
): NumberFormat {
  if (decimal === ",") return { decimal, thousands };
  if (decimal === "." && !thousands && texts.some((text) => text.includes(","))) return { thousands: "," };
  return { thousands };
}

const inWords = (order: string): string =>
  ({ DMY: "day, month, year", MDY: "month, day, year", YMD: "year, month, day" })[order] ?? order;

/** The error of a column with cells that do not fit or with two readings; undefined if there is none. */
export function columnError(
  name: string,
  { reading, odd, ambiguous, present }: InferredColumn,
): InputError | undefined {
  if (ambiguous) {
    const { example, either, or } = ambiguous;
    const stated = reading.type === "date" ? `"order": "DMY" (or "MDY")` : `"decimal": "." (or ",")`;
    return new InputError({
      code: "tabular/ambiguous-column",
      where: `${example.where}, field "${name}"`,
      problem: `the cell ${shown(example.cell)} may be ${either} or ${or}, and no cell of the column settles it`,
      expected: `how the column is written, in dataset.json: "columns": [{ "name": ${JSON.stringify(name)}, ${stated} }]`,
      remedy: 'Declare it, or "type": "category" if each value is a category.',
    });
  }
  if (odd.length === 0) return undefined;
  const listed = odd.slice(0, mostListed).map(({ cell, where }) => `${where} ${shown(cell)}`);
  const more = odd.length > mostListed ? ` and ${odd.length - mostListed} more` : "";
  const what = reading.type === "date" ? "dates" : "numbers";
  return new InputError({
    code: "tabular/not-a-number",
    where: `${odd[0].where}, field "${name}"`,
    problem: `the cell "${name}" is ${shown(odd[0].cell)}, and the column holds ${what}${odd.length > 1 ? ` (others: ${listed.slice(1).join(", ")}${more})` : ""}`,
    expected: `finite ${what}${present > 0 ? " as in the other cells" : ""}, or cells that are empty or NA`,
    remedy: `Correct ${odd.length > 1 ? "the cells" : "the cell"}, or declare in dataset.json "columns": [{ "name": ${JSON.stringify(name)}, "missing": [${JSON.stringify(String(odd[0].cell))}] }] for a missing cell, or "type": "category" there for categories.`,
  });
}

const mostListed = 20;
