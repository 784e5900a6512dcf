/**
 * Reads tables of text: a header line, then one row an example. Commas, semicolons, tabs or vertical bars separate
 * cells, told from the first lines. A first line of values is a row, and columns are then called by number.
 */

import { pipeline, Readable } from "node:stream";
import { CsvError, type Options, parse } from "csv-parse";
import { InputError } from "../base/errors.js";
import { Faults } from "../base/faults.js";
import type { DatasetCard } from "./card.js";
import { type FirstLine, firstLineOf } from "./csv-header.js";
import { type Dialect, delimiterNames, dialectOf } from "./dialect.js";
import { readJsonColumns } from "./json-columns.js";
import { someOf } from "./layout-log.js";
import type { Note } from "./notice.js";
import type { RawRecord } from "./rows.js";
import { encodingNotice, textOfFile } from "./text.js";

/** The longest row, in bytes. */
const longestRow = 2 ** 28;

/** The records of a table, read row by row. Every error names its line. */
export async function readCsv(
  path: string,
  file: string,
  card: DatasetCard,
  note: Note,
): Promise<RawRecord[]> {
  const { dialect, text } = await open(path, file, note);
  const rows = rowsOf(text, file, {
    delimiter: dialect.delimiter,
    ltrim: dialect.ltrim,
    relax_column_count: true,
    relax_quotes: true,
  });
  const errors = new Faults();
  const lines: { record: string[]; lines: number }[] = [];
  try {
    for await (const row of rows) lines.push(row);
  } catch (error) {
    // A row before it, of too many cells, may be what is wrong.
    if (!(error instanceof InputError)) throw error;
    headed(lines, file, errors, note);
    errors.add(error);
  }
  errors.throwAny();
  const { columns, rows: body } = headed(lines, file, errors, note);
  errors.throwAny();
  const records = body.map(({ record, lines: line }) => ({
    where: `${file}:${line}`,
    id: `row-${line}`,
    fields: Object.fromEntries(columns.map((column, i) => [column, record[i]])),
  }));
  readJsonColumns(records, columns, card);
  return records;
}

interface TableLine {
  readonly record: string[];
  readonly lines: number;
}

/** A table's columns and rows. */
interface Headed {
  readonly columns: string[];
  readonly rows: TableLine[];
}

/** The header and the rows below it; rows that do not fit it are errors, each with its line. */
function headed([header, ...rest]: TableLine[], file: string, errors: Faults, note: Note): Headed {
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

/** A file's text in pieces, with its dialect, which is told if it is not the usual one of the file's name. */
async function open(
  path: string,
  file: string,
  note: Note,
): Promise<{ dialect: Dialect; text: AsyncIterable<string> }> {
  const pieces = textOfFile(path, file, (encoding, example) => note(encodingNotice(file, encoding, example)));
  const first = ((await pieces.next()).value as string | undefined) ?? "";
  const dialect = dialectOf(first);
  const { delimiter } = dialect;
  if (delimiter !== (/\.tsv(\.gz)?$/i.test(path) ? "\t" : ","))
    note({
      code: "file/delimiter",
      where: file,
      text: `read its cells as separated by ${delimiterNames[delimiter] ?? `"${delimiter}"`}`,
    });
  async function* text() {
    yield first.slice(dialect.skip);
    yield* pieces;
  }
  return { dialect, text: text() };
}

/** The cells of each row, with the line that it ends in. Blank lines are skipped. */
export const csvRows = (
  path: string,
  file: string,
  options: { delimiter?: string; quote?: null } = {},
): AsyncGenerator<TableLine> => rowsOf(textOfFile(path, file), file, options);

async function* rowsOf(
  text: AsyncIterable<string>,
  file: string,
  options: Options,
): AsyncGenerator<TableLine> {
  const parser = parse({ info: true, skip_empty_lines: true, max_record_size: longestRow, ...options });
  // Errors reach the reader of the last stream.
  const rows = pipeline(Readable.from(text), parser, () => {});
  try {
    for await (const { record, info } of rows) yield { record, lines: info.lines };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines, message } = error as CsvError & { lines?: number };
    throw badCsv(lines ? `${file}:${lines}` : file, message);
  }
}

const badCsv = (where: string, problem: string) =>
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
