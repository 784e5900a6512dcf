/**
 * Detects the layout of a data folder, or an archive of one, and reads its records. Layouts are those of Hugging Face:
 *
 *   metadata.jsonl | metadata.jsonl.gz | metadata.csv | metadata.parquet     one row per example
 *   name.tar | name.tar.gz | name.tgz | name.zip                             WebDataset shards, archives of a folder, or
 *                                                                            one zip of files per class
 *   images/file, audio/file                                                  one folder per modality, joined by file name
 *   class-name/file                                                          one folder per class
 *
 * or one folder per split (train, val or validation, test), each in one of these layouts. A folder or an archive that is the
 * only content of the data is read in its place.
 */

import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import { isMetadata } from "../files/endings.js";
import type { Folder } from "../files/media.js";
import { dataFilesOf } from "../formats/index.js";
import { readRecords } from "../formats/records.js";
import { someOf } from "../listed.js";
import type { Notice } from "../notice.js";
import { mediaModality, type RawRecord } from "../record.js";
import { splitOfPrefix, splitOfWord } from "../splits.js";
import { refuseBoxes } from "./boxes.js";
import { classFolders } from "./class-folders.js";
import { type Contents, contentsOf, folderIn, type LayoutFolder } from "./folder.js";
import { leaveOut, strayFile } from "./leave-out.js";
import { LayoutLog } from "./log.js";
import { looseFile, looseMedia } from "./loose.js";
import { metadataFile } from "./metadata-file.js";
import { parallelFolders } from "./parallel-folders.js";
import { readSplitTables, splitTables } from "./split-tables.js";
import { classesOfFiles, classOfArchive, isOneClass } from "./teachable-machine.js";
import { isWebDataset, readShards } from "./webdataset.js";
import { unwrapped } from "./wrapper.js";

/** The records of the data set at `root`, the name of their source in errors, notices, and the files left out. */
export async function readLayout(
  root: string,
  folder: Folder,
  card: DatasetCard,
  table?: string,
): Promise<{ records: RawRecord[]; source: string; notices: Notice[]; leftOut: ReadonlySet<string> }> {
  const log = new LayoutLog();
  const place: LayoutFolder = { root, inside: "", folder, card, log, table };
  const tables = table === undefined ? splitTables(place) : [];
  if (tables.length > 0) {
    const records = await readSplitTables(place, tables);
    return { records, source: root, notices: log.notices, leftOut: new Set() };
  }
  const file = metadataFile(place);
  const records = file ? await readFolder(place) : await readSplits(place);
  log.faults.throwAny();
  return {
    records,
    source: file && file !== table ? join(root, file) : root,
    notices: log.notices,
    leftOut: log.leftOutFiles,
  };
}

/** The records of split folders, or of a folder without splits. */
async function readSplits(place: LayoutFolder): Promise<RawRecord[]> {
  const contents = contentsOf(place);
  const splits = splitFolders(place, contents);
  if (splits.length === 0) return readFolder(place);
  leaveOut(place, contents);
  const records: RawRecord[] = [];
  for (const name of splits)
    for (const record of await readFolder(folderIn(place, name))) {
      record.fields = { split: splitOfWord(name), ...record.fields };
      records.push(record);
    }
  return records;
}

/** The folders that are splits; none if they are classes. Anything else beside splits is a fault. */
function splitFolders(place: LayoutFolder, { folders, media, archives }: Contents): readonly string[] {
  const { log, inside } = place;
  const splits = folders.filter((name) => splitOfWord(name) !== undefined);
  const others = folders.filter((name) => !splits.includes(name));
  const isData = (name: string) => {
    const inner = contentsOf(folderIn(place, name));
    return (
      inner.folders.length + inner.archives.length + inner.faults.length > 0 ||
      metadataFile(folderIn(place, name)) !== undefined
    );
  };
  if (splits.length === 0 || (others.length > 0 && !splits.some(isData))) return [];
  for (const name of others) log.faults.add(besideSplits(inside + name, splits));
  for (const name of [...media, ...archives]) log.faults.add(looseFile(inside + name));
  const renamed = splits.filter((name) => name !== splitOfWord(name));
  if (renamed.length > 0)
    log.note({
      code: "splits/words",
      where: renamed.map((name) => `${inside}${name}/`).join(", "),
      text: `read as the ${renamed.length === 1 ? "split" : "splits"} ${[...new Set(renamed.map(splitOfWord))].join(", ")}`,
    });
  return splits;
}

async function readFolder(place: LayoutFolder): Promise<RawRecord[]> {
  const { inside, folder, card, log, table } = place;
  const file = metadataFile(place);
  if (file) {
    const path = inside + file;
    if (file !== table && !isMetadata(file))
      log.note({
        code: "folder/table",
        where: path,
        text: "read as the table of this folder's rows, since there is no metadata file",
      });
    const note = (notice: Notice) => log.note(notice);
    const records = await readRecords(folder.resolve(path, path), card, path, note);
    return inside ? records.map((record) => within(record, inside)) : records;
  }
  const contents = contentsOf(place);
  const { folders, archives, media, others } = contents;
  const data = dataFilesOf(others);
  if (data && folders.length + archives.length + media.length === 0) {
    leaveOut(place, { ...contents, others: others.filter((name) => !data.names.includes(name)) });
    const files = data.names.map((name) => ({
      path: folder.resolve(inside + name, inside + name),
      where: inside + name,
    }));
    return data.read(files, card, (notice) => log.note(notice));
  }
  if (archives.length > 0 && folders.length === 0) {
    leaveOut(place, contents);
    for (const name of media) log.faults.add(looseFile(inside + name));
    return readArchives(place, archives);
  }
  const classes = folders.length + archives.length === 0 ? classesOfFiles(media) : undefined;
  if (classes) return readNamedFiles(place, contents, classes);
  refuseBoxes(place, folders);
  leaveOut(place, contents);
  for (const name of archives) log.faults.add(looseFile(inside + name));
  if (folders.length === 0 && media.length > 0) log.faults.add(looseMedia(place, media));
  else for (const name of media) strayFile(place, name, folders);
  return parallelFolders(place, folders) ?? classFolders(place, contents);
}

/** The records of files whose names contain their class. */
function readNamedFiles(
  place: LayoutFolder,
  contents: Contents,
  classes: ReadonlyMap<string, string>,
): RawRecord[] {
  leaveOut(place, contents);
  const { inside, log } = place;
  const text = `read the class of each file from its name: ${someOf([...new Set(classes.values())])}`;
  log.note({ code: "files/classes-by-name", where: inside || place.root, text });
  return [...classes].map(([name, label]) => {
    const where = inside + name;
    return { source: { file: where }, id: where, fields: { label, file_name: where } };
  });
}

/**
 * The records of archives: WebDataset shards, packed folders, and zips of the files of one class, which are named after it.
 * The name of an archive may begin with a split.
 */
async function readArchives(place: LayoutFolder, archives: readonly string[]): Promise<RawRecord[]> {
  const { inside, folder, card, log } = place;
  const records: RawRecord[] = [];
  const classes: string[] = [];
  for (const name of archives) {
    const path = inside + name;
    const split = splitOfPrefix(name);
    const members = await folder.archive(path, path);
    if (archives.length > 1 && split === undefined && isOneClass(name, [...members.keys()])) {
      classes.push(name);
      continue;
    }
    if (isWebDataset(members)) {
      records.push(...(await readShards([{ path, split }], folder, card, log)));
      continue;
    }
    const packed = unwrapped(folderIn(place, name));
    const own = metadataFile(packed) ? await readFolder(packed) : await readSplits(packed);
    for (const record of own) record.fields = { ...(split && { split }), ...record.fields };
    records.push(...own);
  }
  if (classes.length === 0) return records;
  log.note({
    code: "archives/classes",
    where: someOf(classes.map((name) => inside + name)),
    text: `read each as a class of its own: ${someOf(classes.map(classOfArchive))}`,
  });
  return [...records, ...classFolders(place, { folders: classes }, classOfArchive)];
}

/** A record of a subfolder, with its file names relative to the data set and an id that is unique in it. */
function within({ source, id, fields }: RawRecord, inside: string): RawRecord {
  const moved = Object.entries(fields).map(([field, value]) => [
    field,
    mediaModality(field) !== undefined && typeof value === "string" && value !== "" ? inside + value : value,
  ]);
  return { source, id: inside + id, fields: Object.fromEntries(moved) };
}

const besideSplits = (where: string, splits: readonly string[]) =>
  new InputError({
    code: "data/beside-splits",
    where,
    problem: `the folder is beside ${someOf(splits)}, which are splits`,
    expected: "only split folders (train, val and test) beside one another",
    remedy: "Move it out of the data folder, or its files into one of the splits.",
  });
