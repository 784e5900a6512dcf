/** A folder while its layout is read, and the classification of its entries. */

import type { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import { archiveEnding } from "../files/endings.js";
import type { Folder } from "../files/media.js";
import { type Entry, filesBelow } from "../files/tree.js";
import { vectorFilesOf } from "../formats/vector-file.js";
import { kindOfPath } from "../kinds.js";
import type { LayoutLog } from "./log.js";

/** A folder of the data set. */
export interface LayoutFolder {
  /** The name of the data set in errors. */
  readonly root: string;
  /** Path of this folder in the data set: empty for the data set itself, else with a slash at its end. */
  readonly inside: string;
  readonly folder: Folder;
  readonly card: DatasetCard;
  readonly log: LayoutLog;
  /** The table in the root to read, if the user named one. */
  readonly table?: string;
}

/** The names of the entries of a folder by their role, in name order. */
export interface Contents {
  readonly folders: readonly string[];
  /** Archives of data. */
  readonly archives: readonly string[];
  /** Media files. */
  readonly media: readonly string[];
  /** Any other files. */
  readonly others: readonly string[];
  /** The errors of entries that cannot be followed, such as broken links. */
  readonly faults: readonly InputError[];
}

type EntryRole = Exclude<keyof Contents, "faults">;

/** Files that often accompany data, which are left out without a notice. */
const companions =
  /^(?:dataset\.json|dataset_infos?\.json|(?:readme|licen[cs]e|copying|citation|notice|authors|changelog|change_log|copyright|contributing|manifest|terms)(?:[._-].*)?|(?:md5|sha\d+)?(?:check)?sums?(?:\..*)?|index|.*\.(?:md5|sha\d+|ya?ml|py|ipynb|sh|log|names))$/i;

/** Whether a file accompanies the data: a readme, a licence, checksums. */
export const isCompanion = (name: string): boolean => companions.test(name);

/** Whether a file is more often a document about data than data. */
export const isDocument = (name: string): boolean => /\.(?:json|txt|md|html?|pdf|xml)$/i.test(name);

/** Files that identify the folders that metamodal writes: of a model, a task and a run. */
const ownFiles = [["model.json", "model.safetensors"], ["events.jsonl"]];

/** Whether a folder is a model, a task or a run written by metamodal. */
export const isOwn = (entries: readonly Entry[]): boolean =>
  ownFiles.some((files) => files.every((file) => entries.some(({ name }) => name === file)));

/** The entries of a folder by role, without companions, vector files and hidden files, which are logged. */
export function contentsOf({ inside, folder, card, log }: LayoutFolder): Contents {
  const vectors = vectorFilesOf(card);
  const contents = { folders: [], archives: [], media: [], others: [] } as Record<EntryRole, string[]>;
  const faults: InputError[] = [];
  for (const { name, isFolder, fault } of folder.list(inside)) {
    if (name.startsWith(".")) log.hidden(`${inside}${name}${isFolder ? "/" : ""}`);
    else if (!isFolder && (isCompanion(name) || vectors.includes(inside + name))) continue;
    else if (fault) faults.push(fault);
    else if (isFolder && isOwn(folder.list(`${inside}${name}/`))) log.own(`${inside}${name}/`);
    else if (isFolder) contents.folders.push(name);
    else if (archiveEnding.test(name)) contents.archives.push(name);
    else (kindOfPath(name) ? contents.media : contents.others).push(name);
  }
  return { ...contents, faults };
}

/**
 * The paths of all files below a folder. Errors of folders and media files that cannot be followed are added to `faults`;
 * other such files are listed nonetheless.
 */
export function dataFilesBelow(folder: Pick<Folder, "list">, inside: string, faults: InputError[]): string[] {
  const others: string[] = [];
  const files = filesBelow(folder, inside, (path, { isFolder, fault }) => {
    if (fault && (isFolder || kindOfPath(path) !== undefined)) faults.push(fault);
    else others.push(path);
  });
  return [...files, ...others];
}

/** A folder inside a folder. */
export const folderIn = (place: LayoutFolder, name: string): LayoutFolder => ({
  ...place,
  inside: `${place.inside}${name}/`,
});
