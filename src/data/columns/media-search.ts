/** Finds the columns of file names. */

import { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import type { Folder } from "../files/media.js";
import { extensionsOf } from "../kinds.js";
import { isTableRow, mediaModality, type RawRecord } from "../record.js";
import { columnNames, isRowField, tableColumns } from "./cells.js";
import { type FileIndex, indexFiles } from "./file-index.js";
import { areMediaPaths, unfoundColumn } from "./missing.js";
import { type FileCell, fileCells, filesNamed, MOSTLY, type NamedFiles } from "./named-files.js";
import { type Likeness, namesOf, type Reading, type Roles } from "./types.js";

/** Cells of a column that are looked up before all are. */
const PROBED = 50;

export interface SearchOptions {
  readonly roles: Roles;
  readonly card: DatasetCard;
  readonly like?: Likeness;
  readonly folder: Pick<Folder, "list">;
}

/** A column of names of files of one kind (and one folder). */
export interface MediaColumn {
  readonly column: string;
  readonly cells: readonly FileCell[];
  readonly named: NamedFiles;
}

interface MediaSearch {
  readonly found: readonly MediaColumn[];
  /** Columns of paths to files that are not in the folder. */
  readonly missing: readonly { readonly column: string; readonly error: InputError }[];
  readonly index: FileIndex;
}

/** Find the columns whose cells name files of the folder. @throws {InputError} data/no-media-column for a stated column */
export function findMediaColumns(records: readonly RawRecord[], options: SearchOptions): MediaSearch {
  const { roles, like, folder } = options;
  const names = columnNames(records);
  const stated = namesOf(roles.image);
  const remembered = like?.data?.reading ?? {};
  const hasMediaFields = names.some((name) => mediaModality(name) !== undefined);
  const isTable = records.some(isTableRow);
  const mayLackFiles = (name: string) =>
    isTable && !isRowField(name) && (like === undefined || isRemembered(name, remembered));
  const index = lazyIndex(folder);
  const found: MediaColumn[] = [];
  const missing: { column: string; error: InputError }[] = [];
  for (const column of names.filter(candidates(options, remembered))) {
    const cells = fileCells(records, column);
    if (!cells || !(stated.includes(column) || mayNameFiles(cells, hasMediaFields))) continue;
    const arePaths = areMediaPaths(cells);
    const isLikely = arePaths || filesNamed(cells.slice(0, PROBED), index).some(isMostly);
    const named = isLikely ? filesNamed(cells, index).filter(isMostly) : [];
    if (named.length === 0) {
      if (stated.includes(column)) throw noFiles(column, cells[0]?.text ?? "");
      const error =
        arePaths && mayLackFiles(column) && unfoundColumn(column, cells, index, like !== undefined);
      if (error) missing.push({ column, error });
      continue;
    }
    // Beside other media, ids that happen to be file names stay ids.
    if (column === "id" && (hasMediaFields || found.length > 0)) continue;
    found.push(...named.map((named) => ({ column, cells, named })));
  }
  return { found, missing, index };
}

/** Whether a column may be one of file names by what is stated and declared of it. */
function candidates(
  { roles, card }: SearchOptions,
  { texts: known = {} }: Reading,
): (name: string) => boolean {
  const declared = new Set([...tableColumns(card), ...(card.columns ?? []).map(({ name }) => name)]);
  const texts = [...namesOf(roles.text), ...Object.keys(known)];
  return (name) =>
    (!isRowField(name) || name === "id") &&
    mediaModality(name) === undefined &&
    !declared.has(name) &&
    !texts.includes(name) &&
    !(Object.hasOwn(card.modalities, name) && card.modalities[name].kind === "text");
}

/** Whether cells look like names of files: paths or, unless other fields name media, words most of which differ. */
function mayNameFiles(cells: readonly FileCell[], hasMediaFields: boolean): boolean {
  const distinct = new Set(cells.map(({ text }) => text));
  const arePaths = [...distinct].some((text) => /[./\\]/.test(text));
  return arePaths || (!hasMediaFields && distinct.size >= cells.length / 2);
}

/** An index that is built when it is first used: listing all files of a large folder takes long. */
function lazyIndex(folder: Pick<Folder, "list">): FileIndex {
  let index: FileIndex | undefined;
  return {
    find(cell, from) {
      index ??= indexFiles(folder);
      return index.find(cell, from);
    },
  };
}

const isMostly = ({ share }: NamedFiles): boolean => share >= MOSTLY;

/** Whether a model remembers a column as one of file names, alone or in a folder (`folder/column`). */
const isRemembered = (column: string, { media = {} }: Reading): boolean =>
  Object.keys(media).some((name) => name === column || name.slice(name.indexOf("/") + 1) === column);

const noFiles = (column: string, example: string) =>
  new InputError({
    code: "data/no-media-column",
    where: `column ${JSON.stringify(column)}`,
    problem: `its cells name no media files of the data folder (${JSON.stringify(example)})`,
    expected: `names or paths of files (${extensionsOf()})`,
    remedy: "Copy the files into the data folder, or name another column.",
  });
