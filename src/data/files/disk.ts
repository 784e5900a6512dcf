/** A folder on disk as a tree. No path and no link leads out of it. */

import { readdirSync, realpathSync, statSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { InputError } from "../../base/errors.js";
import { isLitter } from "./litter.js";
import type { Entry, Tree, TreeFile } from "./tree.js";

/** The tree of the folder at `path`. */
export function diskTree(path: string): Tree {
  const root = realpathSync(path);
  const listings = new Map<string, Listing>();
  const real = (inside: string) => realInside(root, inside);

  const listing = (folder: string): Listing => {
    const known = listings.get(folder);
    if (known) return known;
    const at = real(folder);
    const found = at === undefined ? [] : readdirSync(at, { withFileTypes: true });
    const kept = found.filter(({ name }) => !isLitter(name));
    const entries = kept
      .map((entry) => ({
        name: entry.name,
        isFolder: entry.isSymbolicLink()
          ? isFolder(real(folder + entry.name) ?? lost(folder + entry.name))
          : entry.isDirectory(),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const plain = new Map(
      kept.flatMap((entry) => (entry.isFile() ? [[entry.name, join(at ?? "", entry.name)]] : [])),
    );
    const result = { entries, plain };
    listings.set(folder, result);
    return result;
  };

  const at = (inside: string): TreeFile | "folder" | undefined => {
    const slash = inside.lastIndexOf("/") + 1;
    const plain = listings.get(inside.slice(0, slash))?.plain.get(inside.slice(slash));
    if (plain !== undefined) return fileOn(plain);
    const file = real(inside);
    const stats = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
    if (file === undefined || stats === undefined) return undefined;
    if (stats.isDirectory()) return "folder";
    return stats.isFile() ? fileOn(file) : undefined;
  };
  const list = (folder: string) => listing(folder).entries;
  return { isPacked: false, list, at, close: () => {} };
}

/** What is in a folder. */
interface Listing {
  readonly entries: readonly Entry[];
  /** The paths on disk of files that are no links: they need no look of their own. */
  readonly plain: ReadonlyMap<string, string>;
}

const fileOn = (path: string): TreeFile => ({
  read: () => readFile(path),
  head: (bytes) => readHead(path, bytes),
  onDisk: () => path,
});

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The real path of what is at `inside`, if anything is; an `InputError` for a link out of the root. */
function realInside(root: string, inside: string): string | undefined {
  let file: string;
  try {
    file = realpathSync(join(root, inside));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "ELOOP")
      return undefined;
    throw error;
  }
  if (!`${file}${sep}`.startsWith(root.endsWith(sep) ? root : root + sep)) throw outside(inside);
  return file;
}

/** The first bytes of a file; fewer where it is shorter. */
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
    remedy: "Copy what the link leads to into the data folder.",
  });

function lost(path: string): never {
  throw new InputError({
    code: "data/lost-link",
    where: path,
    problem: "it is a link that leads to nothing",
    expected: "a file or a folder",
    remedy: "Copy what it should lead to into the data folder, or remove the link.",
  });
}
