/** Reads `metadata.csv`: a header line, then one row an example. */

import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { InputError } from "../base/errors.js";
import type { DatasetCard } from "./card.js";
import type { RawRecord } from "./rows.js";
import { parseJson, textOfFile } from "./text.js";

/** The longest row, in bytes. */
const longestRow = 2 ** 28;

/** The records of a CSV file, read row by row. Every error names its line. */
export async function readCsv(path: string, file: string, card: DatasetCard): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  let columns: string[] | undefined;
  for await (const { record, lines } of csvRows(path, file)) {
    const where = `${file}:${lines}`;
    if (columns === undefined) {
      const twice = record.find((name, i) => record.indexOf(name) < i);
      if (twice !== undefined) throw columnTwice(twice, where);
      columns = record;
      continue;
    }
    const cells = record.map((cell, i) => [columns![i], cellValue(columns![i], cell, where, card)]);
    records.push({ where, id: `row-${lines}`, fields: Object.fromEntries(cells) });
  }
  return records;
}

/** The cells of each row, with the line that it ends in. Blank lines are skipped. */
export async function* csvRows(
  path: string,
  file: string,
  options: { delimiter?: string; quote?: null } = {},
): AsyncGenerator<{ record: string[]; lines: number }> {
  const parser = parse({ info: true, skip_empty_lines: true, max_record_size: longestRow, ...options });
  // Errors reach the reader of the last stream.
  const rows = pipeline(Readable.from(textOfFile(path, file)), parser, () => {});
  try {
    for await (const { record, info } of rows) yield { record, lines: info.lines };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines, message } = error as CsvError & { lines?: number };
    throw new InputError({
      code: "data/bad-csv",
      where: lines ? `${file}:${lines}` : file,
      problem: message,
      expected: "a header line and one cell a column in every row",
      remedy: 'Quote cells that hold commas or line breaks, and write a quote as "".',
    });
  }
}

const columnTwice = (name: string, where: string) =>
  new InputError({
    code: "data/column-twice",
    where,
    problem: `two columns are named "${name}"`,
    expected: "a different name for every column",
    remedy: "Rename one of the two, or remove it.",
  });

const plainFields = new Set(["id", "label", "split", "group"]);

/**
 * A cell in brackets is JSON (strokes or a vector), unless its modality is declared as text. Labels are numbers where
 * the card says that the task is regression.
 */
function cellValue(field: string, cell: string, where: string, card: DatasetCard): unknown {
  if (field === "label" && card.task === "regression" && Number.isFinite(Number(cell)) && cell.trim() !== "")
    return Number(cell);
  const isJson = /^\s*\[.*\]\s*$/s.test(cell);
  const isText = plainFields.has(field) || field.endsWith("file_name");
  if (!isJson || isText || card.modalities[field]?.kind === "text") return cell;
  const remedy = `Correct the cell, or declare "${field}" with kind "text" in dataset.json.`;
  return parseJson(cell, `${where}, field "${field}"`, remedy);
}
