/** Divides the lines of a table into column names and rows. */

import { InputError } from "../../base/errors.js";
import type { Faults } from "../../base/faults.js";
import { someOf } from "../listed.js";
import type { Note } from "../notice.js";
import { type FirstLine, firstLineOf } from "./first-line.js";

/** The cells of a line, and the number of the line. */
export interface TableLine {
  readonly record: string[];
  readonly lines: number;
}

/** The columns and rows of a table. */
interface Headed {
  readonly columns: string[];
  readonly rows: TableLine[];
}

/** The columns and rows of `lines`. Rows that do not fit the columns are added to `errors`, each with its line. */
export function headed(lines: readonly TableLine[], file: string, errors: Faults, note: Note): Headed {
  const [header, ...rest] = lines;
  if (!header) return { columns: [], rows: [] };
  const first = firstLineOf(
    header.record,
    rest.map(({ record }) => record),
  );
  const body = first.holds === "values" ? lines : rest;
  const columns =
    first.holds === "names"
      ? namesIn(header, rest, file, errors)
      : numbersFor(first, header, body, file, note);
  const rows = rowsThatFit(columns, body, file, errors, note);
  return { columns, rows: first.holds === "classes" ? withClasses(rows, first.classes) : rows };
}

/** The column names in the first line. */
function namesIn(header: TableLine, rest: readonly TableLine[], file: string, errors: Faults): string[] {
  const names = header.record.map((name) => name.trim());
  // R writes row names in a column without a header cell.
  const lacksOne = rest.length > 0 && rest.every(({ record }) => record.length === names.length + 1);
  const columns = lacksOne ? ["", ...names] : names;
  const twice = columns.find((name, i) => name !== "" && columns.indexOf(name) < i);
  if (twice !== undefined) errors.add(columnTwice(twice, `${file}:${header.lines}`));
  return columns;
}

/** Column names by number, for a table without a header. If the first line holds sizes, the last column is the label. */
function numbersFor(
  first: Exclude<FirstLine, { holds: "names" }>,
  header: TableLine,
  body: readonly TableLine[],
  file: string,
  note: Note,
): string[] {
  const width = body[0].record.length;
  const columns = Array.from({ length: width }, (_, i) => `column_${i + 1}`);
  const where = `${file}:${header.lines}`;
  if (first.holds === "values") {
    note({
      code: "file/no-header",
      where,
      text: `read as values, not as names of columns, which are called column_1 to column_${width}; write a line of names above it to name them`,
      suspect: true,
    });
    return columns;
  }
  note({
    code: "file/sizes",
    where,
    text: `read as sizes, as scikit-learn writes them: ${body.length} rows of ${width - 1} numbers and a class number: ${someOf(first.classes)}`,
  });
  return [...columns.slice(0, -1), "label"];
}

/** The rows with one cell per column. Empty rows are left out with a notice; others are errors. */
function rowsThatFit(
  columns: readonly string[],
  body: readonly TableLine[],
  file: string,
  errors: Faults,
  note: Note,
): TableLine[] {
  const isBlank = ({ record }: TableLine) => record.every((cell) => cell.trim() === "");
  const blank = body.filter(isBlank);
  if (blank.length > 0)
    note({
      code: "file/empty-rows",
      where: `${file}:${blank[0].lines}`,
      text: `left out ${blank.length} ${blank.length === 1 ? "row" : "rows"} without any cell`,
    });
  const rows: TableLine[] = [];
  for (const line of body) {
    const { record, lines } = line;
    if (isBlank(line)) continue;
    const beyond = record.slice(columns.length);
    if (record.length < columns.length || beyond.some((cell) => cell.trim() !== ""))
      errors.add(ragged(record.length, columns.length, `${file}:${lines}`));
    else if (columns.length > 1 && columns.every((name, i) => record[i].trim() === name))
      errors.add(headerAgain(`${file}:${lines}`));
    else rows.push(line);
  }
  return rows;
}

/** Rows with class names in place of class numbers in the last column. */
const withClasses = (rows: readonly TableLine[], classes: readonly string[]): TableLine[] =>
  rows.map(({ record, lines }) => {
    const number = record[record.length - 1];
    return { record: [...record.slice(0, -1), classes[Number(number)] ?? number], lines };
  });

export const badCsv = (where: string, problem: string) =>
  new InputError({
    code: "data/bad-csv",
    where,
    problem,
    expected: "a header line, and one cell per column in every row",
    remedy: 'Quote cells that hold the separator or line breaks, and write a quote as "".',
  });

const ragged = (cells: number, columns: number, where: string) =>
  badCsv(where, `the row has ${cells} ${cells === 1 ? "cell" : "cells"} and the header ${columns}`);

const headerAgain = (where: string) =>
  new InputError({
    code: "data/header-twice",
    where,
    problem: "the row is the header again",
    expected: "one header, in the first line",
    remedy: "Remove the line.",
  });

const columnTwice = (name: string, where: string) =>
  new InputError({
    code: "data/column-twice",
    where,
    problem: `two columns are named "${name}"`,
    expected: "a different name for every column",
    remedy: "Rename one of the two, or remove it.",
  });
