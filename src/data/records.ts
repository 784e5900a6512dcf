/** Reads a table file, of any format, into raw records with their line numbers. */

import type { DatasetCard } from "./card.js";
import { readCsv } from "./csv.js";
import { readXlsx } from "./formats/xlsx.js";
import type { Note } from "./notice.js";
import { readParquet } from "./parquet.js";
import type { RawRecord } from "./rows.js";
import { readJsonLines } from "./text.js";

type Reader = (path: string, file: string, card: DatasetCard, note: Note) => Promise<RawRecord[]>;

/** By extension. */
const readers: Readonly<Record<string, Reader>> = {
  ".jsonl": readJsonLines,
  ".jsonl.gz": readJsonLines,
  ".ndjson": readJsonLines,
  ".csv": readCsv,
  ".csv.gz": readCsv,
  ".tsv": readCsv,
  ".tsv.gz": readCsv,
  ".parquet": readParquet,
  ".xlsx": (path, where, _, note) => readXlsx({ path, where }, note),
};

/** The metadata files that are understood, one of which a folder may have. */
export const metadataFiles: readonly string[] = Object.keys(readers).map(
  (extension) => `metadata${extension}`,
);

const readerOf = (file: string): Reader | undefined => {
  const extension = Object.keys(readers).find((each) => file.toLowerCase().endsWith(each));
  return extension === undefined ? undefined : readers[extension];
};

/** Whether a file is a table by its extension. */
export const isTable = (file: string): boolean => readerOf(file) !== undefined;

/**
 * Read the table at `path`, of the format that `where`, its path in the data, ends in; `note` takes what was decided.
 */
export function readRecords(
  path: string,
  card: DatasetCard,
  where: string,
  note: Note,
): Promise<RawRecord[]> {
  const read = readerOf(where) ?? readJsonLines;
  return read(path, where, card, note);
}
