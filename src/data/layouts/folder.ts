/** A folder of a data set that is being read, and what is in it. */

import type { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import { archiveEnding } from "../files/endings.js";
import type { Folder } from "../files/media.js";
import { type Entry, filesBelow } from "../files/tree.js";
import { vectorFilesOf } from "../formats/vector-file.js";
import { kindOfPath } from "../kinds.js";
import type { LayoutLog } from "./log.js";

/** `inside` is its path in the data set, which is empty for that itself and else ends in a slash. */
export interface Place {
  /** What errors call the data set. */
  readonly root: string;
  readonly inside: string;
  readonly folder: Folder;
  readonly card: DatasetCard;
  readonly log: LayoutLog;
  /** The table file in the root to read, if the user named one. */
  readonly table?: string;
}

/** The names in a folder, in name order. */
export interface Contents {
  readonly folders: readonly string[];
  /** Archives of data. */
  readonly archives: readonly string[];
  /** Images, sounds and texts. */
  readonly media: readonly string[];
  /** Any other files. */
  readonly others: readonly string[];
  /** Of what would be in one of these, and cannot be followed. */
  readonly faults: readonly InputError[];
}

/** The kinds of names in a folder. */
type Kind = Exclude<keyof Contents, "faults">;

/** Files that may lie beside the data, whose absence from it surprises nobody. */
const companions =
  /^(?:dataset\.json|dataset_infos?\.json|(?:readme|licen[cs]e|copying|citation|notice|authors|changelog|change_log|copyright|contributing|manifest|terms)(?:[._-].*)?|(?:md5|sha\d+)?(?:check)?sums?(?:\..*)?|index|.*\.(?:md5|sha\d+|ya?ml|py|ipynb|sh|log|names))$/i;

/** Whether a file may lie beside the data without a word. */
export const isCompanion = (name: string): boolean => companions.test(name);

/** Whether a file tells of data more often than it holds some. */
export const isDocument = (name: string): boolean => /\.(?:json|txt|md|html?|pdf|xml)$/i.test(name);

/** Files that only metamodal writes beside one another: of a model, a task and a run. */
const ownFiles = [["model.json", "model.safetensors"], ["events.jsonl"]];

/** Whether a folder is a model, a task or a run that metamodal wrote. */
export const isOwn = (entries: readonly Entry[]): boolean =>
  ownFiles.some((files) => files.every((file) => entries.some(({ name }) => name === file)));

/** What is in a folder, but for hidden names, companions and files of vectors. Hidden names are logged. */
export function contentsOf({ inside, folder, card, log }: Place): Contents {
  const vectors = vectorFilesOf(card);
  const contents = { folders: [], archives: [], media: [], others: [] } as Record<Kind, string[]>;
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
 * The files of data below a folder, as {@link filesBelow} has them. A folder or a media file that cannot be followed is one
 * of `faults`; any other such file is given as if it could.
 */
export function dataFilesBelow(folder: Pick<Folder, "list">, inside: string, faults: InputError[]): string[] {
  const others: string[] = [];
  const files = filesBelow(folder, inside, (path, { isFolder, fault }) => {
    if (fault && (isFolder || kindOfPath(path) !== undefined)) faults.push(fault);
    else others.push(path);
  });
  return [...files, ...others];
}

/** The place of a folder in a place. */
export const placeIn = (place: Place, name: string): Place => ({
  ...place,
  inside: `${place.inside}${name}/`,
});
