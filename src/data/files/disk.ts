/** A folder on disk as a tree. Paths and links that leave it are errors. */

import {
  type Dirent,
  lstatSync,
  opendirSync,
  readdirSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { InputError } from "../../base/errors.js";
import { isLitter } from "./litter.js";
import type { Entry, Tree, TreeFile } from "./tree.js";

/** The tree of the folder at `path`. */
export function diskTree(path: string): Tree {
  const root = realpathSync(path);
  const listings = new Map<string, Listing>();

  const listing = (folder: string): Listing => {
    const known = listings.get(folder);
    if (known) return known;
    const at = realInside(root, folder);
    const kept = typeof at === "string" ? namesIn(at).filter(({ name }) => !isLitter(name)) : [];
    const entries = kept
      .map((entry) => entryOf(root, folder, entry))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const plain = new Map(
      kept.flatMap((entry) => (entry.isFile() ? [[entry.name, join(String(at), entry.name)]] : [])),
    );
    const result = { entries, plain };
    listings.set(folder, result);
    return result;
  };

  const at = (inside: string): TreeFile | "folder" | undefined => {
    const slash = inside.lastIndexOf("/") + 1;
    const plain = listings.get(inside.slice(0, slash))?.plain.get(inside.slice(slash));
    if (plain !== undefined) return fileOn(plain);
    const file = realInside(root, inside) ?? lostLinkOn(root, inside);
    if (file instanceof InputError) throw file;
    const stats = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
    if (file === undefined || stats === undefined) return undefined;
    if (stats.isDirectory()) return "folder";
    return stats.isFile() ? fileOn(file) : undefined;
  };
  const list = (folder: string) => listing(folder).entries;
  return { isPacked: false, list, at, close: () => {} };
}

/** Check that a folder on disk may be listed. @throws {InputError} data/unreadable */
export function checkReadable(path: string): void {
  if (!isReadable(path)) throw unreadable(path);
}

/** The stats of a path on disk; undefined if nothing is there. @throws {InputError} data/unreadable */
export function statsAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw isForbidden(error) ? unreadable(path) : error;
  }
}

/** The listing of a folder. */
interface Listing {
  readonly entries: readonly Entry[];
  /** The paths on disk of plain files, which are not links and need no further check. */
  readonly plain: ReadonlyMap<string, string>;
}

const fileOn = (path: string): TreeFile => ({
  read: () => readFile(path),
  head: (bytes) => readHead(path, bytes),
  onDisk: () => path,
});

/** An entry of a folder, with an error if it cannot be followed. */
function entryOf(root: string, folder: string, entry: Dirent): Entry {
  const { name } = entry;
  const path = folder + name;
  const isLink = entry.isSymbolicLink();
  const isFolder = isLink ? isFolderAt(join(root, path)) : entry.isDirectory();
  const fault = (isLink && linkFault(root, path, isFolder)) || (isFolder && folderFault(root, path));
  return fault ? { name, isFolder, fault } : { name, isFolder };
}

/** The error of a link that leads outside, to nothing, or to a folder that contains it. */
function linkFault(root: string, path: string, isFolder: boolean): InputError | undefined {
  const target = realInside(root, path);
  if (target === undefined) return lost(path);
  if (target instanceof InputError) return target;
  const around = isFolder ? ["", ...pathsTo(path).slice(0, -1)] : [];
  return around.some((outer) => realInside(root, outer) === target) ? loop(path) : undefined;
}

const folderFault = (root: string, path: string): InputError | undefined =>
  isReadable(join(root, path)) ? undefined : unreadable(path);

/** The paths of the folders that contain a path, from the outermost, and the path itself. */
function pathsTo(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** The error of the first broken link in a path; undefined if there is none. */
function lostLinkOn(root: string, inside: string): InputError | undefined {
  const first = pathsTo(inside).find((path) => realInside(root, path) === undefined);
  if (first === undefined) return undefined;
  return isLinkAt(join(root, first)) ? lost(first, `"${first}"`) : undefined;
}

/** The entries of a folder on disk; none if it may not be listed, which its own entry reports. */
function namesIn(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error) || isForbidden(error)) return [];
    throw error;
  }
}

function isFolderAt(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isLinkAt(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Whether a folder may be listed and its files opened. */
function isReadable(folder: string): boolean {
  try {
    opendirSync(folder).closeSync();
    statSync(`${folder}/.`);
    return true;
  } catch (error) {
    return !isForbidden(error);
  }
}

const hasCode = (error: unknown, codes: readonly string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? "");
const isAbsent = (error: unknown) => hasCode(error, ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP"]);
const isForbidden = (error: unknown) => hasCode(error, ["EACCES", "EPERM"]);

/** The real path of `inside`; undefined if nothing is there; an error if it leaves the root or may not be read. */
function realInside(root: string, inside: string): string | InputError | undefined {
  let file: string;
  try {
    file = realpathSync(join(root, inside));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (isForbidden(error)) return unreadable(inside);
    throw error;
  }
  return `${file}${sep}`.startsWith(root.endsWith(sep) ? root : root + sep) ? file : outside(inside);
}

/** The first bytes of a file, at most `bytes`. */
async function readHead(path: string, bytes: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const outside = (path: string) =>
  new InputError({
    code: "data/path-outside",
    where: path,
    problem: `"${path}" leaves the data folder: it is a link to somewhere else`,
    expected: "files and folders inside the data folder",
    remedy: "Copy the target of the link into the data folder.",
  });

const lost = (path: string, subject = "it") =>
  new InputError({
    code: "data/lost-link",
    where: path,
    problem: `${subject} is a broken link`,
    expected: "a file or a folder",
    remedy: "Copy its target into the data folder, or remove the link.",
  });

const loop = (path: string) =>
  new InputError({
    code: "data/link-loop",
    where: path,
    problem: "it is a link to a folder that contains it",
    expected: "a link to another file or folder",
    remedy: "Remove the link.",
  });

const unreadable = (path: string) =>
  new InputError({
    code: "data/unreadable",
    where: path,
    problem: `"${path}" may not be read: permission is denied`,
    expected: "files and folders that you may read",
    remedy: "Change its permissions, or use a readable copy.",
  });
