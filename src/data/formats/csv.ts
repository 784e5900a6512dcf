/**
 * Reads delimited text tables: a header line, then one row per example. The delimiter (comma, semicolon, tab or vertical bar)
 * is detected from the first lines. If the first line holds values, it is a row, and columns are named by number.
 */

import { pipeline, Readable } from "node:stream";
import type { Options } from "csv-parse";
import { InputError } from "../../base/errors.js";
import { Faults } from "../../base/faults.js";
import type { DatasetCard } from "../card.js";
import { bytesOfFile } from "../files/gzip.js";
import type { Note } from "../notice.js";
import type { RawRecord } from "../record.js";
import { type Dialect, delimiterNames, dialectOf } from "./dialect.js";
import { readJsonColumns } from "./json-columns.js";
import { badCsv, headed, type TableLine } from "./table-lines.js";
import { encodingNotice, textOf, textOfFile } from "./text.js";

/** Limit of the length of a row, in bytes. */
const longestRow = 2 ** 28;

/** The bytes of a table in chunks, its name in errors, and the delimiter that the file name suggests. */
interface Source {
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly where: string;
  readonly usual: string;
}

/** The records of a table. Every error names its line. */
export const readCsv = (path: string, file: string, note: Note, card: DatasetCard): Promise<RawRecord[]> => {
  const usual = /\.tsv(\.gz)?$/i.test(path) ? "\t" : ",";
  return recordsOf({ bytes: bytesOfFile(path, file), where: file, usual }, card, note);
};

/** The records of a table in memory; `where` is its name in errors. */
export const readCsvBytes = (
  bytes: Uint8Array,
  where: string,
  card: DatasetCard,
  note: Note,
): Promise<RawRecord[]> => recordsOf({ bytes: [bytes], where, usual: "," }, card, note);

/** Number of bytes that {@link firstCells} reads. */
const SNIFFED = 2 ** 20;

/** The cells of the first line of a table; none if the bytes are not a text table. */
export async function firstCells(bytes: Uint8Array): Promise<readonly string[]> {
  const source = { bytes: [bytes.subarray(0, SNIFFED)], where: "", usual: "," };
  try {
    const { dialect, text } = await open(source, () => {});
    for await (const { record } of rowsOf(text, "", { ...optionsOf(dialect), to: 1 }))
      return record.map((cell) => cell.trim());
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  return [];
}

/** Parser options for a dialect. */
const optionsOf = ({ delimiter, ltrim }: Dialect): Options => ({
  ...{ delimiter, ltrim },
  relax_column_count: true,
  relax_quotes: true,
});

async function recordsOf(source: Source, card: DatasetCard, note: Note): Promise<RawRecord[]> {
  const file = source.where;
  const { dialect, text } = await open(source, note);
  const rows = rowsOf(text, file, optionsOf(dialect));
  const errors = new Faults();
  const lines: { record: string[]; lines: number }[] = [];
  try {
    for await (const row of rows) lines.push(row);
  } catch (error) {
    // The cause may be an earlier row with too many cells.
    if (!(error instanceof InputError)) throw error;
    headed(lines, file, errors, note);
    errors.add(error);
  }
  errors.throwAny();
  const { columns, rows: body } = headed(lines, file, errors, note);
  errors.throwAny();
  const records = body.map(({ record, lines: line }) => ({
    source: { file, line },
    id: `row-${line}`,
    fields: Object.fromEntries(columns.map((column, i) => [column, record[i]])),
  }));
  readJsonColumns(records, columns, card);
  return records;
}

/** The text of a table in chunks and its dialect, with a notice for an unusual delimiter. */
async function open(
  { bytes, where, usual }: Source,
  note: Note,
): Promise<{ dialect: Dialect; text: AsyncIterable<string> }> {
  const pieces = textOf(bytes, where, (encoding, example) => note(encodingNotice(where, encoding, example)));
  const first = ((await pieces.next()).value as string | undefined) ?? "";
  const dialect = dialectOf(first);
  const { delimiter } = dialect;
  if (delimiter !== usual)
    note({
      code: "file/delimiter",
      where,
      text: `read its cells as separated by ${delimiterNames[delimiter] ?? `"${delimiter}"`}`,
    });
  async function* text() {
    yield first.slice(dialect.skip);
    yield* pieces;
  }
  return { dialect, text: text() };
}

/** The cells of each row, and the line number of its end. Blank lines are skipped. */
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
  const { CsvError, parse } = await import("csv-parse");
  const parser = parse({ info: true, skip_empty_lines: true, max_record_size: longestRow, ...options });
  // The last stream reports the errors of all.
  const rows = pipeline(Readable.from(text), parser, () => {});
  try {
    for await (const { record, info } of rows) yield { record, lines: info.lines };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines, message } = error as InstanceType<typeof CsvError> & { lines?: number };
    throw badCsv(lines ? `${file}:${lines}` : file, message);
  }
}
