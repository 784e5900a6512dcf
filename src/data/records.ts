/** Reads `metadata.jsonl`, `metadata.jsonl.gz` and `metadata.csv` into raw records with their line numbers. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CsvError, parse } from "csv-parse/sync";
import { InputError } from "../base/errors.js";
import type { DatasetCard } from "./card.js";
import { gunzipBounded } from "./gzip.js";
import type { RawRecord } from "./rows.js";
import { decodeText, parseJson, parseJsonLines } from "./text.js";

/** The metadata files that are understood, one of which a folder may have. */
export const metadataFiles = ["metadata.jsonl", "metadata.jsonl.gz", "metadata.csv"] as const;

/** Read one of the {@link metadataFiles} of a folder. Blank lines are skipped; every error names its line. */
export async function readRecords(folder: string, file: string, card: DatasetCard): Promise<RawRecord[]> {
  const bytes = await readFile(join(folder, file));
  const text = decodeText(file.endsWith(".gz") ? await gunzipBounded(bytes, file) : bytes, file);
  return file.endsWith(".csv") ? csvRecords(text, file, card) : parseJsonLines(text, file);
}

function csvRecords(text: string, file: string, card: DatasetCard): RawRecord[] {
  let parsed: { record: string[]; info: { lines: number } }[];
  try {
    // Its types leave `info` out where there are no `columns`.
    parsed = parse(text, { info: true, skip_empty_lines: true }) as unknown as typeof parsed;
  } catch (error) {
    const { lines, message } = error as CsvError & { lines?: number };
    throw new InputError({
      code: "data/bad-csv",
      where: lines ? `${file}:${lines}` : file,
      problem: message,
      expected: "a header line and one cell a column in every row",
      remedy: 'Quote cells that hold commas or line breaks, and write a quote as "".',
    });
  }
  const [header, ...lines] = parsed;
  const columns = header?.record ?? [];
  const twice = columns.find((name, i) => columns.indexOf(name) < i);
  if (twice !== undefined) throw columnTwice(twice, `${file}:${header.info.lines}`);
  return lines.map(({ record, info }) => {
    const where = `${file}:${info.lines}`;
    const cells = record.map((cell, i) => [columns[i], cellValue(columns[i], cell, where, card)]);
    return { where, id: `row-${info.lines}`, fields: Object.fromEntries(cells) };
  });
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
