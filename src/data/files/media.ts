/**
 * Finds the files of a data set, in a folder on disk or inside an archive.
 *
 * A path is relative to the data, as in Hugging Face metadata (`file_name`, `<modality>_file_name`). A member of an
 * archive is written as if that were a folder: `images-0.tar.gz/0001.png`. What a gzip packs is unpacked once, when the
 * data set is opened; anything else is read when it is needed. No path may leave the data.
 */

import { statSync } from "node:fs";
import { InputError } from "../../base/errors.js";
import { Media } from "../../modality/index.js";
import type { Notice } from "../notice.js";
import type { FindMedia, MediaReference } from "../record.js";
import { archiveTree, openArchive } from "./archive.js";
import { checkReadable, diskTree } from "./disk.js";
import { memberPattern } from "./endings.js";
import { checkPath, missingFile } from "./media-path.js";
import type { Archive } from "./member.js";
import { mendedPath, nearPath } from "./near.js";
import type { Entry, Tree, TreeFile } from "./tree.js";

/** The files of a data set. Paths in it are as users write them; `where` says who names one. */
export interface Folder {
  /** Its path in what was opened: empty, or ends in a slash. */
  readonly base: string;
  /**
   * What is in a folder, in name order, without the litter of operating systems. Its path ends in a slash; "" is the root.
   * What cannot be followed is listed with its fault.
   */
  list(folder: string): readonly Entry[];
  /** A path on disk of the file at `path`; an `InputError` where nothing is, or where it lies outside. */
  resolve(path: string, where: string): string;
  /** Open an archive, once: its members are then found below its path. */
  archive(path: string, where: string): Promise<Archive>;
  /** Open every archive that the references name and return the finder for all of them. */
  finder(references: Iterable<MediaReference>, signal?: AbortSignal): Promise<FindMedia>;
  /** The folder at a path that ends in a slash. */
  below(path: string): Folder;
  /** What was decided in finding files. */
  notices(): Notice[];
  /** Remove what was unpacked for {@link resolve}. */
  close(): void;
}

/** The files of the folder at `path`. */
export const openFolder = (path: string): Folder => folderOf(sharedBy(diskTree(path)));

const sharedBy = (root: Tree): Shared => ({ root, archives: new Map(), respelt: new Set() });

/** The files of the data at `path`: a folder, or an archive of one. */
export async function openFiles(path: string): Promise<Folder> {
  if (statSync(path).isFile()) return folderOf(sharedBy(archiveTree(await openArchive(path, path))));
  checkReadable(path);
  return openFolder(path);
}

interface Opened {
  readonly members: Archive;
  readonly tree: Tree;
}

/** What folders of one tree share. */
interface Shared {
  readonly root: Tree;
  /** The archives that are open, by their path. */
  readonly archives: Map<string, Opened>;
  /** Files that were found in another Unicode form. */
  readonly respelt: Set<string>;
}

/** The files of a tree below `base`, which is empty or ends in a slash. */
function folderOf(shared: Shared, base = ""): Folder {
  const { root, archives, respelt } = shared;
  const placeOf = (path: string): [tree: Tree, inside: string] => {
    const [, archive, inside] = memberPattern.exec(base + path) ?? [];
    const opened = archives.get(archive);
    return opened ? [opened.tree, inside] : [root, base + path];
  };
  const list = (folder: string) => {
    const [tree, inside] = placeOf(folder);
    return tree.list(inside);
  };
  const at = (path: string, where: string): TreeFile | "folder" | undefined => {
    const [tree, inside] = placeOf(path);
    try {
      return tree.at(inside);
    } catch (error) {
      throw error instanceof InputError ? new InputError({ ...error.parts, where }) : error;
    }
  };
  const isFile = (path: string) => typeof at(path, path) === "object";
  const fileAt = (path: string, where: string): [path: string, file: TreeFile] => {
    checkPath(path, where, isFile);
    const plain = path.replaceAll(/\/\/+/g, "/").replaceAll(/(^|\/)(?:\.\/)+/g, "$1");
    const found = at(plain, where);
    if (typeof found === "object") return [plain, found];
    const mended = mendedPath({ list }, plain);
    const file = mended === undefined ? undefined : at(mended, where);
    if (mended === undefined || typeof file !== "object")
      throw missingFile(path, where, problemOf(path, found === "folder"), nearPath({ list }, plain));
    respelt.add(mended);
    return [mended, file];
  };
  const problemOf = (path: string, isFolder: boolean): string => {
    const [, archive, member] = memberPattern.exec(path) ?? [];
    if (isFolder) return `"${path}" is not a file`;
    if (archive === undefined || at(archive, archive) === "folder") return `there is no file "${path}"`;
    return archives.has(base + archive)
      ? `the shard ${archive} has no member "${member}"`
      : `there is no file "${archive}"`;
  };
  const archive = async (path: string, where: string) => {
    const known = archives.get(base + path);
    if (known) return known.members;
    const [, file] = fileAt(path, where);
    if (placeOf(path)[0] !== root || root.isPacked) throw archiveInArchive(where);
    const members = await openArchive(file.onDisk(), path);
    archives.set(base + path, { members, tree: archiveTree(members) });
    return members;
  };
  const find: FindMedia = (path, where) => {
    const [name, file] = fileAt(path, where);
    return new Media(base + name, file.read, file.head);
  };
  const finder = async (references: Iterable<MediaReference>, signal?: AbortSignal) => {
    for (const { path, where } of references) {
      const name = memberPattern.exec(path)?.[1];
      if (name === undefined || archives.has(base + name)) continue;
      if (/^\/|\\|(?:^|\/)\.\.(?:\/|$)/.test(name)) continue; // refused when it is found
      signal?.throwIfAborted();
      if (typeof at(name, where) === "object") await archive(name, where);
    }
    return find;
  };
  return {
    base,
    list,
    resolve: (path, where) => fileAt(path, where)[1].onDisk(),
    archive,
    finder,
    below: (path) => folderOf(shared, base + path),
    notices: () => (respelt.size === 0 ? [] : [foundRespelt(respelt.size)]),
    close: () => {
      root.close();
      for (const { tree } of archives.values()) tree.close();
    },
  };
}

const foundRespelt = (files: number): Notice => ({
  code: "files/respelt",
  where: "file names",
  text: `found ${files} ${files === 1 ? "file whose name is" : "files whose names are"} written in another Unicode form on disk`,
});

const archiveInArchive = (where: string) =>
  new InputError({
    code: "data/archive-in-archive",
    where,
    problem: "it is an archive inside an archive",
    expected: "archives of files",
    remedy: "Unpack the outer one, and give the folder.",
  });
