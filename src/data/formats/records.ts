/** Reads a table file, of any format, into raw records with their line numbers. */

import type { DatasetCard } from "../card.js";
import { type Ending, endingOf } from "../file-types.js";
import type { Note } from "../notice.js";
import type { RawRecord } from "../rows.js";
import { readCsv } from "./csv.js";
import { readParquet } from "./parquet.js";
import { readJsonLines } from "./text.js";
import { readXlsx } from "./xlsx.js";

type Reader = (path: string, file: string, card: DatasetCard, note: Note) => Promise<RawRecord[]>;

const readers: Readonly<Record<Ending<"table">, Reader> & Partial<Record<Ending, Reader>>> = {
  ".jsonl": readJsonLines,
  ".jsonl.gz": readJsonLines,
  ".ndjson": readJsonLines,
  ".ndjson.gz": readJsonLines,
  ".csv": readCsv,
  ".csv.gz": readCsv,
  ".tsv": readCsv,
  ".tsv.gz": readCsv,
  ".data": readCsv,
  ".parquet": readParquet,
  ".xlsx": (path, where, _, note) => readXlsx({ path, where }, note),
};

/**
 * Read the table at `path`, of the format that `where`, its path in the data, ends in; `note` takes what was decided.
 */
export function readRecords(
  path: string,
  card: DatasetCard,
  where: string,
  note: Note,
): Promise<RawRecord[]> {
  const read = readers[endingOf(where) ?? ".jsonl"] ?? readJsonLines;
  return read(path, where, card, note);
}
