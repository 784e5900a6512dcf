/**
 * Reads tables of text: a header line, then one row an example. Commas, semicolons, tabs or vertical bars separate
 * cells, told from the first lines. A first line of values is a row, and columns are then called by number.
 */

import { pipeline, Readable } from "node:stream";
import { CsvError, type Options, parse } from "csv-parse";
import { InputError } from "../base/errors.js";
import { Faults } from "../base/faults.js";
import type { DatasetCard } from "./card.js";
import { type Dialect, delimiterNames, dialectOf } from "./dialect.js";
import { readJsonColumns } from "./json-columns.js";
import type { Note } from "./notice.js";
import type { RawRecord } from "./rows.js";
import { badCsv, headed, type TableLine } from "./table-lines.js";
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
