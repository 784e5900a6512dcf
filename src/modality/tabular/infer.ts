/**
 * Infers the reading of a column from all its cells: numbers, dates or categories, their format, which cells are missing and
 * which do not fit. Cells that fit two different readings are `ambiguous`; none is chosen silently.
 */

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

type Declared = Omit<ColumnDeclaration, "name">;

/** Infer the reading of a column, given what is declared of it. `others` is the number format of the other columns of the file. */
export function inferColumn(
  cells: readonly PlacedCell[],
  declared: Declared = {},
  others?: NumberFormat,
): InferredColumn {
  const { missing, type } = declared;
  const all = distinctValues(cells, missing);
  const result = (reading: ColumnReading, rest?: Partial<InferredColumn>) =>
    describeColumn(all, cells.length, missing, reading, rest);
  const categories = (rest?: Partial<InferredColumn>) =>
    result({ type: "category", missing: categoryMarks(textsOf(all)) }, rest);
  const there = all.filter(({ cell }) => typeof cell !== "string" || !isNumberMark(cell));
  const texts = textsOf(there);
  if (type === "category") return categories();
  if (type === undefined) {
    const hasOnlyMarks = there.length === 0 && all.length > 0 && all.every(({ cell }) => cell !== "");
    if (hasOnlyMarks) return result({ type: "number" });
    if (there.length > 0 && there.every(({ cell }) => typeof cell === "boolean")) return categories();
    if (texts.some(isCode) && texts.every((text) => /^\d+$/.test(text.trim())))
      return categories({ codes: true });
  }
  const size = countOf(there);
  const share = ({ odd }: Fit) => (size - countOf(odd)) / Math.max(1, size);
  if (type !== "date") {
    const numbers = fitNumbers(there, declared, others);
    const { reading, odd, ambiguous } = numbers;
    // `inf` and `1e308` are numbers, but not finite float32.
    const isBeyond = ({ cell }: Value) => typeof cell === "number" || isBeyondFloat32(String(cell));
    const hasOnlyBeyond = odd.length > 0 && odd.every(isBeyond);
    const numeric = size - countOf(odd);
    if (type === "number" || (size > 0 && share(numbers) >= MOSTLY) || hasOnlyBeyond)
      return result(reading, { odd, numeric, ...(ambiguous && { ambiguous }) });
    if (texts.length === 0) return categories({ numeric });
    const dates = fitDates(there, declared);
    return share(dates) < MOSTLY ? categories({ numeric }) : datesResult(dates);
  }
  return datesResult(fitDates(there, declared));

  function datesResult({ reading, odd, ambiguous }: Fit): InferredColumn {
    return result(reading, { odd, ...(ambiguous && { ambiguous }) });
  }
}

const textsOf = (values: readonly Value[]): string[] =>
  values.flatMap(({ cell }) => (typeof cell === "string" ? [cell] : []));

/** Number of cells with one of the values. */
const countOf = (values: readonly Value[]): number => values.reduce((sum, { count }) => sum + count, 0);

/** The distinct values of a column that are neither blank nor declared as missing, in order of first use. */
function distinctValues(cells: readonly PlacedCell[], missing: Declared["missing"]): Value[] {
  const values = new Map<Cell, Value>();
  for (const placed of cells) {
    const { cell } = placed;
    if (cell === undefined || isMissing(cell, { type: "category", missing })) continue;
    const value = values.get(cell);
    if (value) value.count++;
    // The position is formatted here, once per distinct value.
    else values.set(cell, { cell, where: placed.where, count: 1 });
  }
  return [...values.values()];
}

/** The contents of a column by `reading`, with the marks that are declared as missing. */
function describeColumn(
  values: readonly Value[],
  total: number,
  missing: Declared["missing"],
  { missing: inferredMarks = [], ...unmarked }: ColumnReading,
  rest: Partial<InferredColumn> = {},
): InferredColumn {
  const marks = [...new Set([...inferredMarks, ...(missing ?? [])])];
  const reading: ColumnReading = { ...unmarked, ...(marks.length > 0 && { missing: marks }) };
  const there = values.filter(({ cell }) => !isMissing(cell, reading));
  const missingTexts = textsOf(values.filter(({ cell }) => isMissing(cell, reading)));
  return {
    reading,
    present: countOf(there),
    total,
    distinct: there.length,
    marks: [...new Set(missingTexts.map((text) => text.trim()))],
    odd: [],
    numeric: 0,
    ...rest,
  };
}

/** A reading, the values that do not fit it, and another reading that fits equally well. */
interface Fit extends Pick<InferredColumn, "reading" | "ambiguous"> {
  readonly odd: readonly Value[];
}

/** The number format that fits most values. */
function fitNumbers(values: readonly Value[], declared: Declared, others?: NumberFormat): Fit {
  const { decimal, thousands, unit } = declared;
  const texts = textsOf(values);
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
  const odd = values.filter(({ cell }) => numberOf(cell, reading) === undefined);
  const example = values.find(({ cell }) => typeof cell === "string" && cell.includes(","));
  if (!or || !example) return { reading, odd };
  const text = String(example.cell);
  const ambiguous = { example, either: `${parseNumber(text, reading)}`, or: `${parseNumber(text, or)}` };
  return { reading, odd, ambiguous };
}

/** The date format that fits most values. */
function fitDates(values: readonly Value[], { order, unit }: Declared): Fit {
  const { format, or } = findDates(textsOf(values), order);
  const reading: ColumnReading = { type: "date", ...format, ...(unit && { unit }) };
  const odd = values.filter(({ cell }) => typeof cell === "boolean" || numberOf(cell, reading) === undefined);
  const example = values.find(({ cell }) => typeof cell === "string" && /^\d{1,2}[-/.]/.test(cell.trim()));
  if (!or || !example) return { reading, odd };
  return { reading, odd, ambiguous: { example, either: inWords(reading.order ?? "DMY"), or: inWords(or) } };
}

/** The declared part of a number format: with decimal points, commas separate thousands. */
function statedFormat(texts: readonly string[], { decimal, thousands }: Declared): NumberFormat {
  if (decimal === ",") return { decimal, thousands };
  if (decimal === "." && !thousands && texts.some((text) => text.includes(","))) return { thousands: "," };
  return { thousands };
}

const inWords = (order: string): string =>
  ({ DMY: "day, month, year", MDY: "month, day, year", YMD: "year, month, day" })[order] ?? order;
