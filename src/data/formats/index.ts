/** The table of data formats whose files need no metadata file: one row per format. */

import type { DatasetCard } from "../card.js";
import { type Ending, endingOf } from "../files/endings.js";
import type { Note } from "../notice.js";
import { type RawRecord, whereOf } from "../record.js";
import { splitOfPrefix } from "../splits.js";
import type { DataFile } from "./data-file.js";
import { readIdx } from "./idx.js";
import { readNpz } from "./npz.js";
import { readRecords } from "./records.js";

export type { DataFile } from "./data-file.js";

interface DataFormat {
  readonly endings: readonly Ending<"table" | "dataset">[];
  /** Read the records of all files of the format in a folder. */
  readonly read: (files: readonly DataFile[], card: DatasetCard, note: Note) => Promise<RawRecord[]>;
}

/** Concatenate tables. The name of a table may begin with the split of its rows. */
const tables: DataFormat["read"] = async (files, card, note) => {
  const records: RawRecord[] = [];
  for (const { path, where: file } of files) {
    const split = splitOfPrefix(file.split("/").at(-1) ?? "");
    for (const { source, fields } of await readRecords(path, card, file, note))
      records.push({ source, id: whereOf({ source }), fields: { ...(split && { split }), ...fields } });
  }
  return records;
};

const formats: readonly DataFormat[] = [
  { endings: [".parquet"], read: tables },
  { endings: [".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz"], read: tables },
  { endings: [".xlsx"], read: tables },
  { endings: [".npz"], read: readNpz },
  { endings: ["-idx#-ubyte", ".idx#-ubyte", "-idx#-ubyte.gz", ".idx#-ubyte.gz"], read: readIdx },
];

/** The files among `names` of the only data format, and their reader; undefined if there are none or several formats. */
export function dataFilesOf(
  names: readonly string[],
): { readonly names: readonly string[]; readonly read: DataFormat["read"] } | undefined {
  const found = formats
    .map(({ read, endings }) => ({
      read,
      names: names.filter((name) => (endings as readonly (Ending | undefined)[]).includes(endingOf(name))),
    }))
    .filter((format) => format.names.length > 0);
  return found.length === 1 ? found[0] : undefined;
}
