/**
 * Finds columns whose cells name files of the data folder: by their paths, with other folders before them, or by stem; in
 * other capitals where nothing is written alike.
 */

import type { ModalityKind } from "../../modality/index.js";
import type { Folder } from "../files/media.js";
import { filesBelow } from "../files/tree.js";
import { kindOfPath } from "../kinds.js";

/** The media files of a folder, by what cells may call them. */
export interface FileIndex {
  /** The files that `cell` may name, as paths in the folder; those in `from` or below it come first. */
  find(cell: string, from: string): readonly string[];
}

/** Index the media files of a folder. */
export function indexFiles(folder: Pick<Folder, "list">): FileIndex {
  const byName = new Map<string, string[]>();
  const byLetters = new Map<string, string[]>();
  for (const path of filesBelow(folder)) {
    if (!kindOfPath(path)) continue;
    const name = nameOf(path);
    const stem = stemOf(name);
    add(byName, withPlainEnding(name), path);
    add(byLetters, name.toLowerCase(), path);
    if (stem === "") continue;
    add(byName, stem, path);
    add(byLetters, stem.toLowerCase(), path);
  }
  return {
    find(cell, from) {
      const parts = pathOf(cell)
        .split("/")
        .filter((part) => part !== "" && part !== ".");
      const name = parts.at(-1);
      if (name === undefined || parts.includes("..")) return [];
      const plain = kindOfPath(name) ? withPlainEnding(name) : name;
      const named = byName.get(plain) ?? byLetters.get(name.toLowerCase()) ?? [];
      // The more of the cell's own folders a path has, the better it fits.
      const ofFolders = most(
        most(named, (path) => sharedFolders(path.normalize().split("/"), parts)),
        (path) => sharedFolders(lettersOf(path), parts.join("/").toLowerCase().split("/")),
      );
      const best = most(ofFolders, (path) => (isRespelt(cell, path) ? 0 : 1));
      const near = from === "" || from === "." ? [] : best.filter((path) => path.startsWith(`${from}/`));
      return near.length > 0 ? near : best;
    },
  };
}

/** The path that a cell writes, with forward slashes; of an address, without what follows the path. */
export const pathOf = (cell: string): string =>
  cell
    .normalize()
    .trim()
    .replace(/^([a-z][a-z0-9+.-]+:\/\/[^?#]*).*$/i, "$1")
    .replaceAll("\\", "/");

/** Whether a cell writes the name of a file in other capitals than the file has. */
export function isRespelt(cell: string, path: string): boolean {
  const [written, name] = [nameOf(pathOf(cell)), nameOf(path)];
  return written !== name && written !== stemOf(name);
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).normalize();

const stemOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf(".")));

/** A name with its extension in small letters. */
const withPlainEnding = (name: string): string =>
  stemOf(name) + name.slice(stemOf(name).length).toLowerCase();

const lettersOf = (path: string): string[] => path.normalize().toLowerCase().split("/");

function add(to: Map<string, string[]>, key: string, path: string): void {
  const known = to.get(key);
  if (known) known.push(path);
  else to.set(key, [path]);
}

/** The paths that score most. */
function most(paths: readonly string[], score: (path: string) => number): readonly string[] {
  if (paths.length <= 1) return paths;
  const scores = paths.map(score);
  const best = Math.max(...scores);
  return paths.filter((_, i) => scores[i] === best);
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
export interface FileCell {
  readonly text: string;
  readonly from: string;
}

/**
 * The files that cells name, by kind and, if a cell names several of one kind, by first folder: `images/7.png` and
 * `masks/7.png` of the cell `7`.
 */
export function filesNamed(cells: readonly FileCell[], index: FileIndex): NamedFiles[] {
  const found = foundOnce(cells, index);
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

/** The files that each cell may name; one that a cell writes exactly is no other's that only differs in capitals. */
function foundOnce(cells: readonly FileCell[], index: FileIndex): (readonly string[])[] {
  const found = cells.map(({ text, from }) => (text.trim() === "" ? [] : index.find(text, from)));
  const written = new Set(
    found.flatMap((paths, i) => paths.filter((path) => !isRespelt(cells[i].text, path))),
  );
  return found.map((paths, i) =>
    paths.filter((path) => !written.has(path) || !isRespelt(cells[i].text, path)),
  );
}

const firstFolder = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");
