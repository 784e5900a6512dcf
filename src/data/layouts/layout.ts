/**
 * Tells how a data set folder, or an archive of one, is laid out and reads its records. Either
 *
 *   metadata.jsonl | metadata.jsonl.gz | metadata.csv | metadata.parquet     one row an example
 *   name.tar | name.tar.gz | name.tgz | name.zip                             WebDataset shards, archives of a folder, or
 *                                                                            zips of loose files, a class each
 *   images/file, audio/file                                                  a folder a modality, joined by file name
 *   class-name/file                                                          a folder a class
 *
 * or a folder a split (train, val or validation, test), each laid out in one of these ways, as Hugging Face has it. A
 * folder or an archive that is alone in the data is read in its place.
 */

import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import { isMetadata, mayBeData } from "../files/endings.js";
import type { Folder } from "../files/media.js";
import { dataFilesOf } from "../formats/index.js";
import { readRecords } from "../formats/records.js";
import { kindOfPath } from "../kinds.js";
import { someOf } from "../listed.js";
import type { Notice } from "../notice.js";
import { mediaModality, type RawRecord } from "../record.js";
import { splitOfPrefix, splitOfWord } from "../splits.js";
import { refuseBoxes } from "./boxes.js";
import { classFolders } from "./class-folders.js";
import { type Contents, contentsOf, isDocument, type Place, placeIn } from "./folder.js";
import { LayoutLog } from "./log.js";
import { looseFile, looseMedia, looseOther } from "./loose.js";
import { metadataFile } from "./metadata-file.js";
import { parallelFolders } from "./parallel-folders.js";
import { readSplitTables, splitTables } from "./split-tables.js";
import { classesOfFiles, classOfArchive, isOneClass } from "./teachable-machine.js";
import { isWebDataset, readShards } from "./webdataset.js";

/** The records of the data set at `root`, what errors call the place that they come from, and what was decided. */
export async function readLayout(
  root: string,
  folder: Folder,
  card: DatasetCard,
  table?: string,
): Promise<{ records: RawRecord[]; source: string; notices: Notice[]; leftOut: ReadonlySet<string> }> {
  const log = new LayoutLog();
  const place: Place = { root, inside: "", folder, card, log, table };
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

/** The records of a folder a split, or of a folder without splits. */
async function readSplits(place: Place): Promise<RawRecord[]> {
  const contents = contentsOf(place);
  const splits = splitFolders(place, contents);
  if (splits.length === 0) return readFolder(place);
  leaveOut(place, contents);
  const records: RawRecord[] = [];
  for (const name of splits)
    for (const record of await readFolder(placeIn(place, name))) {
      record.fields = { split: splitOfWord(name), ...record.fields };
      records.push(record);
    }
  return records;
}

/** The folders that are splits, none where they are classes; anything else that lies beside them is a fault. */
function splitFolders(place: Place, { folders, media, archives }: Contents): readonly string[] {
  const { log, inside } = place;
  const splits = folders.filter((name) => splitOfWord(name) !== undefined);
  const others = folders.filter((name) => !splits.includes(name));
  const isData = (name: string) => {
    const inner = contentsOf(placeIn(place, name));
    return (
      inner.folders.length + inner.archives.length + inner.faults.length > 0 ||
      metadataFile(placeIn(place, name)) !== undefined
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

async function readFolder(place: Place): Promise<RawRecord[]> {
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

/** The records of files whose names begin with their class. */
function readNamedFiles(place: Place, contents: Contents, classes: ReadonlyMap<string, string>): RawRecord[] {
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
 * The records of archives: WebDataset shards, folders that are packed, and loose files of one class, which the archive is
 * named after. Their names may say a split.
 */
async function readArchives(place: Place, archives: readonly string[]): Promise<RawRecord[]> {
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
    const packed = unwrapped(placeIn(place, name));
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

/** The folder that is alone in a place, and alone in that, for as long as it holds folders, and no media or tables. */
export function unwrapped(place: Place): Place {
  if (metadataFile(place)) return place;
  const { folders, archives, media, others: left, faults } = contentsOf(place);
  const [name, ...others] = folders;
  if (name === undefined || others.length + archives.length + media.length + faults.length > 0) return place;
  if (left.some(mayBeData)) return place;
  const inner = placeIn(place, name);
  const contents = contentsOf(inner);
  const isData =
    metadataFile(inner) ||
    (contents.media.length === 0 &&
      (contents.folders.length + contents.archives.length + contents.faults.length > 0 ||
        dataFilesOf(contents.others) !== undefined));
  if (splitOfWord(name) !== undefined || !isData) return place;
  place.log.note({
    code: "files/wrapper",
    where: inner.inside,
    text: `read in its place, as the only folder${besides(left)}`,
  });
  return unwrapped(inner);
}

/** The archive that is alone in a place, and what a notice says of files beside it. */
export function soleArchive(place: Place): { readonly name: string; readonly left: string } | undefined {
  const { folders, archives, media, others, faults } = contentsOf(place);
  const isAlone =
    archives.length === 1 && folders.length + media.length + faults.length === 0 && !others.some(mayBeData);
  if (!isAlone || metadataFile(place) || splitOfPrefix(archives[0]) !== undefined) return undefined;
  return { name: archives[0], left: besides(others) };
}

const besides = (left: readonly string[]) => (left.length > 0 ? `; left out ${someOf(left)} beside it` : "");

/** A record of a folder in the data set: what it names lies there, and its id differs from the other folders'. */
function within({ source, id, fields }: RawRecord, inside: string): RawRecord {
  const moved = Object.entries(fields).map(([field, value]) => [
    field,
    mediaModality(field) !== undefined && typeof value === "string" && value !== "" ? inside + value : value,
  ]);
  return { source, id: inside + id, fields: Object.fromEntries(moved) };
}

/**
 * Leave out the files beside folders of data that are no data; tables are refused, as they may hold the labels, and what
 * cannot be followed, as it may be data.
 */
function leaveOut(place: Place, { folders, others, faults }: Contents): void {
  const { inside, log } = place;
  for (const fault of faults) log.faults.add(fault);
  for (const name of others)
    if (mayBeData(name)) log.faults.add(looseFile(inside + name));
    else if (folders.length > 0 || isDocument(name)) log.leftOut(inside + name);
    else log.faults.add(looseOther(place, name));
}

/** Leave out a text beside class folders without texts, as `classes.txt` is; any other media file is a fault. */
function strayFile({ inside, folder, log }: Place, name: string, folders: readonly string[]): void {
  const isText = (file: string) => kindOfPath(file) === "text";
  const hasTexts = folders.some((label) =>
    folder.list(`${inside}${label}/`).some((file) => isText(file.name)),
  );
  if (isText(name) && !hasTexts) log.leftOut(inside + name);
  else log.faults.add(looseFile(inside + name));
}

const besideSplits = (where: string, splits: readonly string[]) =>
  new InputError({
    code: "data/beside-splits",
    where,
    problem: `the folder lies beside ${someOf(splits)}, which are splits`,
    expected: "only folders of splits beside one another: train, val and test",
    remedy: "Move it out of the data folder, or its files into one of the splits.",
  });
