/**
 * Tells how a data set folder is laid out and reads its records. Either
 *
 *   metadata.jsonl | metadata.jsonl.gz | metadata.csv | metadata.parquet     one row an example
 *   name.tar | name.tar.gz …                                                 WebDataset shards
 *   class-name/file                                                          a folder a class
 *
 * or a folder a split (train, val or validation, test), each laid out in one of these ways, as Hugging Face has it.
 */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.js";
import type { DatasetCard } from "./card.js";
import { extensionsOf, kindOfPath } from "./kinds.js";
import type { Folder } from "./media.js";
import type { Notice } from "./notice.js";
import { isTable, metadataFiles, readRecords } from "./records.js";
import { mediaField, type RawRecord } from "./rows.js";
import type { Split } from "./types.js";
import { vectorFilesOf } from "./vector-file.js";
import { readShards } from "./webdataset.js";

/** What names of folders and of shards say of their split. */
const splitWords: Readonly<Record<string, Split>> = {
  ...{ train: "train", training: "train" },
  ...{ val: "val", valid: "val", validation: "val", dev: "val" },
  ...{ test: "test", testing: "test", eval: "test", evaluation: "test" },
};

/** The split that a name begins with: `train`, `train-00000.tar`. */
const splitOf = (name: string): Split | undefined => {
  const [word] = name.toLowerCase().split(/[-_.]/);
  return Object.hasOwn(splitWords, word) ? splitWords[word] : undefined;
};
const isSplitName = (name: string) => Object.hasOwn(splitWords, name.toLowerCase());

/** Files that may lie beside the data. */
const companions = /^(\.|dataset\.json$|readme|licen[cs]e|dataset_infos?\.json$)/i;

/** A folder to read: `inside` is its path in the data set's folder, which is empty for that itself. */
interface Place {
  root: string;
  inside: string;
  folder: Folder;
  card: DatasetCard;
  notices: Notice[];
  /** The table file to read, if it was named. */
  table?: string;
}

/** The records of the data set at `root`, what errors call the place that they come from, and what was decided. */
export async function readLayout(
  root: string,
  folder: Folder,
  card: DatasetCard,
  table?: string,
): Promise<{ records: RawRecord[]; source: string; notices: Notice[] }> {
  const notices: Notice[] = [];
  const place: Place = { root, inside: "", folder, card, notices, table };
  const tables = table === undefined ? splitTables(place) : [];
  if (tables.length > 0) return { records: await readSplitTables(place, tables), source: root, notices };
  const file = metadataFile(place);
  const names = entriesOf(place);
  if (
    file ||
    names.length === 0 ||
    !names.every(isSplitName) ||
    !names.every((name) => isFolder(place, name))
  )
    return { records: await readFolder(place), source: file ? join(root, file) : root, notices };
  const records: RawRecord[] = [];
  for (const name of names)
    for (const record of await readFolder({ ...place, inside: `${name}/` })) {
      record.fields = { split: splitOf(name), ...record.fields };
      records.push(record);
    }
  return { records, source: root, notices };
}

async function readFolder(place: Place): Promise<RawRecord[]> {
  const { root, inside, folder, card } = place;
  const file = metadataFile(place);
  if (file) {
    folder.resolve(inside + file, inside + file);
    const records = await readRecords(join(root, inside), file, card, inside + file, place.notices);
    return inside ? records.map((record) => within(record, inside)) : records;
  }
  const names = entriesOf(place);
  const shards = names.filter((name) => /\.tar(\.gz)?$/.test(name));
  if (shards.length === 0 || shards.length < names.length) return classFolders(place);
  const paths = shards.map((name) => ({ path: inside + name, split: splitOf(name) }));
  return readShards(paths, folder, card);
}

/** A record of a split's folder: what it names lies there, and its id differs from the other splits'. */
function within({ where, id, fields }: RawRecord, inside: string): RawRecord {
  const moved = Object.entries(fields).map(([field, value]) => [
    field,
    mediaField.test(field) && typeof value === "string" && value !== "" ? inside + value : value,
  ]);
  return { where, id: inside + id, fields: Object.fromEntries(moved) };
}

/** Rows of `class-name/file` folders, in name order. What is no media file in one is an error, not left out. */
function classFolders(place: Place): RawRecord[] {
  return entriesOf(place).flatMap((label) => {
    const path = place.inside + label;
    if (!isFolder(place, label)) throw loose(path);
    const files = entriesOf({ ...place, inside: `${path}/` }, /^\./);
    if (files.length === 0) throw emptyClass(path);
    return files.map((file) => {
      const where = `${path}/${file}`;
      if (!kindOfPath(file)) throw notMedia(where);
      return { where, id: where, fields: { label, file_name: where } };
    });
  });
}

/** What is in a folder, but for hidden files, companions and files of vectors, in name order. */
function entriesOf({ inside, folder, card }: Place, hidden = companions): string[] {
  const vectors = vectorFilesOf(card);
  return readdirSync(folder.resolve(inside || ".", inside || "."))
    .filter((name) => !hidden.test(name) && !vectors.includes(inside + name))
    .sort();
}

const isFolder = ({ root, inside }: Place, name: string): boolean =>
  statSync(join(root, inside, name), { throwIfNoEntry: false })?.isDirectory() === true;

/** The table that describes the rows of a folder: the one named, `metadata.*`, or the only one of any name. */
function metadataFile({ root, inside, table, notices }: Place): string | undefined {
  if (table !== undefined && inside === "") return table;
  const names = readdirSync(join(root, inside));
  const found = names.filter((file) => file.startsWith("metadata."));
  const known = metadataFiles.filter((file) => found.includes(file));
  if (known.length === 1) return known[0];
  if (found.length === 0) {
    const tables = names.filter((name) => isTable(name) && !companions.test(name)).sort();
    if (tables.length !== 1 || hasClassFolders(join(root, inside), names)) return undefined;
    const where = inside + tables[0];
    const text = "read as the table of this folder's rows, since there is no metadata file";
    if (!notices.some((known) => known.where === where)) notices.push({ code: "folder/table", where, text });
    return tables[0];
  }
  throw new InputError({
    code: "data/which-metadata",
    where: join(root, inside),
    problem: `the metadata files are ${found.join(", ")}`,
    expected: `exactly one of ${metadataFiles.join(", ")}`,
    remedy: "Remove or convert the others.",
  });
}

/** Folders of files that a table names, and that name no class. */
const mediaFolders =
  /^(data|files|media|dataset|(.*[-_ ])?(images?|imgs?|pictures|pics|photos|jpe?gs?|pngs?|audios?|sounds?|wavs?|clips|recordings|texts?|txt|masks|videos|train(ing)?|test(ing)?|val(id(ation)?)?)([-_ ].*)?)$/i;

/** Whether two or more folders lie here that may be classes. */
const hasClassFolders = (path: string, names: readonly string[]): boolean =>
  names.filter(
    (name) =>
      !name.startsWith(".") &&
      !mediaFolders.test(name) &&
      statSync(join(path, name), { throwIfNoEntry: false })?.isDirectory(),
  ).length > 1;

/** Tables named by split (`train.csv`, `test.csv`), if there are several; Kaggle's sample of a submission is none. */
function splitTables({ root }: Place): string[] {
  const names = readdirSync(root).filter((name) => isTable(name) && !companions.test(name));
  if (names.some((name) => name.startsWith("metadata."))) return [];
  const named = names.filter((name) => isSplitName(name.split(".")[0]));
  const others = names.filter((name) => !named.includes(name) && !/submission/i.test(name));
  return named.length > 1 && others.length === 0 ? named.sort() : [];
}

/** The rows of tables named by split. A table without a column that the train table has holds no labels, and is left out. */
async function readSplitTables(place: Place, tables: readonly string[]): Promise<RawRecord[]> {
  const { root, folder, card, notices } = place;
  const read = await Promise.all(
    tables.map(async (file) => {
      folder.resolve(file, file);
      const records = await readRecords(root, file, card, file, notices);
      return { file, split: splitOf(file), records };
    }),
  );
  const columnsOf = (records: readonly RawRecord[]) =>
    new Set(records.flatMap(({ fields }) => Object.keys(fields)));
  const inTrain = read.filter(({ split }) => split === "train").flatMap(({ records }) => records);
  const columns = columnsOf(inTrain);
  const used = read.filter(({ file, records }) => {
    const own = columnsOf(records);
    const lacking = [...columns].filter((column) => !own.has(column));
    if (lacking.length === 0) return true;
    notices.push({
      code: "folder/unlabelled-table",
      where: file,
      text: `left out: it has no column ${lacking.map((name) => `\`${name}\``).join(", ")}; predict it with --input ${file}`,
    });
    return false;
  });
  const isSplit = used.length > 1;
  notices.push({
    code: "folder/tables",
    where: used.map(({ file }) => file).join(", "),
    text: isSplit
      ? "read as the rows of the splits that they are named by"
      : "read as the table of this folder's rows",
  });
  return used.flatMap(({ file, split, records }) =>
    records.map(({ where, id, fields }) => ({
      where,
      id: isSplit ? `${file}/${id}` : id,
      fields: isSplit ? { split, ...fields } : fields,
    })),
  );
}

const notMedia = (where: string) =>
  new InputError({
    code: "data/not-media",
    where,
    problem: "the file is no image, sound or text by its extension",
    expected: `only such files in class folders (${extensionsOf()})`,
    remedy: "Convert or move the file, or describe the data in metadata.jsonl.",
  });

const loose = (where: string) =>
  new InputError({
    code: "data/loose-file",
    where,
    problem: "it is neither a class folder nor a metadata file",
    expected: `class-name/file folders, folders train, val and test of such, .tar shards alone, or one of ${metadataFiles.join(", ")}`,
    remedy: "Move it into the folder of its class or away, or describe the data in metadata.jsonl.",
  });

const emptyClass = (where: string) =>
  new InputError({
    code: "data/empty-class",
    where,
    problem: "the class folder is empty",
    expected: "at least one file in every class folder",
    remedy: "Add files, or remove the folder.",
  });
