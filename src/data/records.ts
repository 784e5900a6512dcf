/** Reads a metadata file, of any format, into raw records with their line numbers. */

import type { DatasetCard } from "./card.js";
import { readCsv } from "./csv.js";
import { readXlsx } from "./formats/xlsx.js";
import { readParquet } from "./parquet.js";
import type { RawRecord } from "./rows.js";
import { readJsonLines } from "./text.js";

type Reader = (path: string, file: string, card: DatasetCard) => Promise<RawRecord[]>;

const readers = {
  "metadata.jsonl": readJsonLines,
  "metadata.jsonl.gz": readJsonLines,
  "metadata.ndjson": readJsonLines,
  "metadata.csv": readCsv,
  "metadata.parquet": readParquet,
  "metadata.xlsx": (path, where) => readXlsx({ path, where }, () => {}),
} as const satisfies Record<string, Reader>;

/** The metadata files that are understood, one of which a folder may have. */
export const metadataFiles = Object.keys(readers) as (keyof typeof readers)[];
export type MetadataFile = (typeof metadataFiles)[number];

/** Read the metadata file at `path`; `where` is what errors call it. */
export const readRecords = (
  path: string,
  file: MetadataFile,
  card: DatasetCard,
  where: string = file,
): Promise<RawRecord[]> => readers[file](path, where, card);
