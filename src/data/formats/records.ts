/** Reads a table file of any format into raw records. */

import type { DatasetCard } from "../card.js";
import { type Ending, endingOf } from "../files/endings.js";
import type { Note } from "../notice.js";
import type { RawRecord } from "../record.js";
import { readCsv } from "./csv.js";
import { readJsonLines } from "./json.js";
import { readParquet } from "./parquet.js";
import { readXlsx } from "./xlsx.js";

/** Reads the table at `path`, whose name in errors is `file`. */
type Reader = (path: string, file: string, note: Note, card: DatasetCard) => Promise<RawRecord[]>;

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
  ".xlsx": readXlsx,
};

/** Read the table at `path`. Its format follows from `file`, its path in the data; `note` receives what was inferred. */
export function readRecords(path: string, card: DatasetCard, file: string, note: Note): Promise<RawRecord[]> {
  const read = readers[endingOf(file) ?? ".jsonl"] ?? readJsonLines;
  return read(path, file, note, card);
}
