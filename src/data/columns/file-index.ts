/** An index of the media files of a data folder, by whatever a cell may call them: a path, the end of a path, or a stem. */

import type { Folder } from "../files/media.js";
import { filesBelow } from "../files/tree.js";
import { kindOfPath } from "../kinds.js";

/** The media files of a folder. */
export interface FileIndex {
  /** The files that `cell` may name, as paths in the folder. Those in the folder `from` or below it take precedence. */
  find(cell: string, from: string): readonly string[];
}

/** Index the media files of a folder. */
export function indexFiles(folder: Pick<Folder, "list">): FileIndex {
  const byName = new Map<string, string[]>();
  const byLowerName = new Map<string, string[]>();
  for (const path of filesBelow(folder)) {
    if (!kindOfPath(path)) continue;
    const name = nameOf(path);
    const stem = stemOf(name);
    add(byName, withLowerExtension(name), path);
    add(byLowerName, name.toLowerCase(), path);
    if (stem === "") continue;
    add(byName, stem, path);
    add(byLowerName, stem.toLowerCase(), path);
  }
  return {
    find(cell, from) {
      const parts = pathOf(cell)
        .split("/")
        .filter((part) => part !== "" && part !== ".");
      const name = parts.at(-1);
      if (name === undefined || parts.includes("..")) return [];
      const key = kindOfPath(name) ? withLowerExtension(name) : name;
      const named = byName.get(key) ?? byLowerName.get(name.toLowerCase()) ?? [];
      // The more trailing folders a path shares with the cell, the better it fits.
      const inFolders = best(
        best(named, (path) => sharedFolders(path.normalize().split("/"), parts)),
        (path) => sharedFolders(lowerParts(path), parts.join("/").toLowerCase().split("/")),
      );
      const found = best(inFolders, (path) => (isRespelt(cell, path) ? 0 : 1));
      const near = from === "" || from === "." ? [] : found.filter((path) => path.startsWith(`${from}/`));
      return near.length > 0 ? near : found;
    },
  };
}

/** The path in a cell, with forward slashes; of a URL, without query and fragment. */
export const pathOf = (cell: string): string =>
  cell
    .normalize()
    .trim()
    .replace(/^([a-z][a-z0-9+.-]+:\/\/[^?#]*).*$/i, "$1")
    .replaceAll("\\", "/");

/** Whether a cell spells the name of a file in another case than the file system. */
export function isRespelt(cell: string, path: string): boolean {
  const [written, name] = [nameOf(pathOf(cell)), nameOf(path)];
  return written !== name && written !== stemOf(name);
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).normalize();

const stemOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf(".")));

const withLowerExtension = (name: string): string =>
  stemOf(name) + name.slice(stemOf(name).length).toLowerCase();

const lowerParts = (path: string): string[] => path.normalize().toLowerCase().split("/");

function add(index: Map<string, string[]>, key: string, path: string): void {
  const paths = index.get(key);
  if (paths) paths.push(path);
  else index.set(key, [path]);
}

/** The paths with the highest score. */
function best(paths: readonly string[], score: (path: string) => number): readonly string[] {
  if (paths.length <= 1) return paths;
  const scores = paths.map(score);
  const highest = Math.max(...scores);
  return paths.filter((_, i) => scores[i] === highest);
}

/** The number of folders that two paths share, counted backwards from the file name. */
function sharedFolders(path: readonly string[], cell: readonly string[]): number {
  let count = 0;
  for (let k = 2; k <= Math.min(path.length, cell.length) && path.at(-k) === cell.at(-k); k++) count++;
  return count;
}
