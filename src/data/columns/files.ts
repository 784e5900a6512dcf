/** Finds columns whose cells name files of the data folder: by their paths, with other folders before them, or by stem. */

import type { ModalityKind } from "../../modality/index.js";
import { filesBelow } from "../files/tree.js";
import { kindOfPath } from "../kinds.js";
import type { Folder } from "../media.js";

/** The media files of a folder, by what cells may call them. */
export interface FileIndex {
  /** The files that `cell` may name, as paths in the folder; those in `from` or below it come first. */
  find(cell: string, from: string): readonly string[];
}

/** Index the media files of a folder. */
export function indexFiles(folder: Pick<Folder, "list">): FileIndex {
  const byEnd = new Map<string, string[]>();
  const add = (key: string, path: string) => {
    const known = byEnd.get(key);
    if (known) known.push(path);
    else byEnd.set(key, [path]);
  };
  for (const path of filesBelow(folder)) {
    if (!kindOfPath(path)) continue;
    const name = path.slice(path.lastIndexOf("/") + 1).normalize();
    add(name, path);
    const stem = name.slice(0, name.lastIndexOf("."));
    if (stem !== "") add(stem, path);
  }
  return {
    find(cell, from) {
      const parts = cell
        .normalize()
        .trim()
        .replaceAll("\\", "/")
        .split("/")
        .filter((part) => part !== "" && part !== ".");
      const name = parts.at(-1);
      if (name === undefined || parts.includes("..")) return [];
      const named = byEnd.get(name) ?? [];
      // The more of the cell's own folders a path has, the better it fits.
      const shared = named.map((path) => sharedFolders(path.normalize().split("/"), parts));
      const most = Math.max(...shared);
      const best = named.filter((_, i) => shared[i] === most);
      const near = from === "" || from === "." ? [] : best.filter((path) => path.startsWith(`${from}/`));
      return near.length > 0 ? near : best;
    },
  };
}

/** How many folders before the name two paths have in common. */
function sharedFolders(path: readonly string[], cell: readonly string[]): number {
  let count = 0;
  for (let k = 2; k <= Math.min(path.length, cell.length) && path.at(-k) === cell.at(-k); k++) count++;
  return count;
}

/** The files that the cells of one column name in one group of folders. */
export interface NamedFiles {
  /** The first folder of the files, if cells name files in several that lie beside each other; else "". */
  readonly folder: string;
  readonly kind: ModalityKind;
  /** The file of each cell, in the cells' order; undefined if it names none. */
  readonly files: readonly (string | undefined)[];
  /** The share of cells that name a file. */
  readonly share: number;
}

/** A cell, with the folder that its table lies in. */
interface FileCell {
  readonly text: string;
  readonly from: string;
}

/**
 * The files that cells name, by kind and, if a cell names several of one kind, by first folder: `images/7.png` and
 * `masks/7.png` of the cell `7`.
 */
export function filesNamed(cells: readonly FileCell[], index: FileIndex): NamedFiles[] {
  const found = cells.map(({ text, from }) => (text.trim() === "" ? [] : index.find(text, from)));
  const total = Math.max(1, cells.filter(({ text }) => text.trim() !== "").length);
  const kinds = new Set(found.flat().flatMap((path) => kindOfPath(path) ?? []));
  return [...kinds].flatMap((kind) => {
    const own = found.map((paths) => paths.filter((path) => kindOfPath(path) === kind));
    const isOne = own.every((paths) => paths.length <= 1);
    const folders = isOne ? [""] : [...new Set(own.flat().map(firstFolder))];
    return folders.flatMap((folder): NamedFiles[] => {
      const inFolder = own.map((paths) =>
        isOne ? paths : paths.filter((path) => firstFolder(path) === folder),
      );
      const files = inFolder.map((paths) => (paths.length === 1 ? paths[0] : undefined));
      return [{ folder, kind, files, share: files.filter((file) => file !== undefined).length / total }];
    });
  });
}

const firstFolder = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");
