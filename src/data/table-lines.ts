/** Reads the lines of a table, of text or of a workbook: the names of columns in the first line, and the rows below it. */

import { InputError } from "../base/errors.js";
import type { Faults } from "../base/faults.js";
import { type FirstLine, firstLineOf } from "./first-line.js";
import { someOf } from "./layout-log.js";
import type { Note } from "./notice.js";

/** The cells of a line, and its number. */
export interface TableLine {
  readonly record: string[];
  readonly lines: number;
}

/** A table's columns and rows. */
interface Headed {
  readonly columns: string[];
  readonly rows: TableLine[];
}

/** The header and the rows below it; rows that do not fit it are errors, each with its line. */
export function headed([header, ...rest]: TableLine[], file: string, errors: Faults, note: Note): Headed {
  if (!header) return { columns: [], rows: [] };
  const where = `${file}:${header.lines}`;
  const first = firstLineOf(
    header.record,
    rest.map(({ record }) => record),
  );
  if (first.holds !== "names") return numbered(first, header, rest, file, note);
  let columns = header.record.map((name) => name.trim());
  // R writes the names of rows in a column without a name, and no cell for it in the header.
  if (rest.length > 0 && rest.every(({ record }) => record.length === columns.length + 1))
    columns = ["", ...columns];
  const twice = columns.find((name, i) => name !== "" && columns.indexOf(name) < i);
  if (twice !== undefined) errors.add(columnTwice(twice, where));
  const blank = rest.filter(({ record }) => record.every((cell) => cell.trim() === ""));
  if (blank.length > 0)
    note({
      code: "file/empty-rows",
      where: `${file}:${blank[0].lines}`,
      text: `left out ${blank.length} ${blank.length === 1 ? "row" : "rows"} without any cell`,
    });
  const rows: TableLine[] = [];
  for (const { record, lines } of rest) {
    const beyond = record.slice(columns.length);
    if (record.every((cell) => cell.trim() === "")) continue;
    if (record.length < columns.length || beyond.some((cell) => cell.trim() !== ""))
      errors.add(ragged(record.length, columns.length, `${file}:${lines}`));
    else if (columns.length > 1 && columns.every((name, i) => record[i].trim() === name))
      errors.add(headerAgain(`${file}:${lines}`));
    else rows.push({ record, lines });
  }
  return { columns, rows };
}

/** The rows of a table whose first line names no columns, which are called by number. */
function numbered(
  first: Exclude<FirstLine, { holds: "names" }>,
  header: TableLine,
  rest: readonly TableLine[],
  file: string,
  note: Note,
): Headed {
  const rows = first.holds === "values" ? [header, ...rest] : [...rest];
  const width = rows[0].record.length;
  const columns = Array.from({ length: width }, (_, i) => `column_${i + 1}`);
  if (first.holds === "values") {
    note({
      code: "file/no-header",
      where: `${file}:${header.lines}`,
      text: `read as values, not as names of columns, which are called column_1 to column_${width}; write a line of names above it to name them`,
      suspect: true,
    });
    return { columns, rows };
  }
  const { classes } = first;
  columns[width - 1] = "label";
  note({
    code: "file/sizes",
    where: `${file}:${header.lines}`,
    text: `read as sizes, as scikit-learn writes them: ${rows.length} rows of ${width - 1} numbers and the number of a class: ${someOf(classes)}`,
  });
  const named = rows.map(({ record, lines }) => {
    const label = classes[Number(record[width - 1])] ?? record[width - 1];
    return { record: [...record.slice(0, -1), label], lines };
  });
  return { columns, rows: named };
}

export const badCsv = (where: string, problem: string) =>
  new InputError({
    code: "data/bad-csv",
    where,
    problem,
    expected: "a header line and one cell a column in every row",
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
