/**
 * Finds the files of a data set, in a folder on disk or inside an archive.
 *
 * Paths are relative to the data, as in Hugging Face metadata (`file_name`, `<modality>_file_name`). A path into an archive
 * treats it as a folder: `images-0.tar.gz/0001.png`. Gzip is unpacked once, when the data set is opened; everything else is
 * read on demand. No path may leave the data.
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

/** The files of a data set. `where` is the position of a path in errors. */
export interface Folder {
  /** The path of this folder in the opened data: empty, or with a slash at the end. */
  readonly base: string;
  /**
   * The entries of a folder, in name order, without files that operating systems leave. `folder` ends in a slash; the root is
   * "". Entries that cannot be followed are listed with their error.
   */
  list(folder: string): readonly Entry[];
  /** The path on disk of the file at `path`. @throws {InputError} if there is none, or if it is outside the data */
  resolve(path: string, where: string): string;
  /** Open an archive, once: its members can then be found below its path. */
  archive(path: string, where: string): Promise<Archive>;
  /** Open every archive that the references name. Returns a function that finds their files. */
  finder(references: Iterable<MediaReference>, signal?: AbortSignal): Promise<FindMedia>;
  /** The folder at a path that ends in a slash. */
  below(path: string): Folder;
  /** Notices about files that were found under another spelling. */
  notices(): Notice[];
  /** Remove the files that were unpacked for {@link resolve}. */
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

/** The state that all folders of one tree share. */
interface Shared {
  readonly root: Tree;
  /** The archives that are open, by their path. */
  readonly archives: Map<string, Opened>;
  /** Files found under another Unicode form of their name. */
  readonly respelt: Set<string>;
}

/** The folder `base` of a tree: empty, or with a slash at the end. */
function folderOf(shared: Shared, base = ""): Folder {
  const { root, archives, respelt } = shared;
  const locate = (path: string): [tree: Tree, inside: string] => {
    const [, archive, inside] = memberPattern.exec(base + path) ?? [];
    const opened = archives.get(archive);
    return opened ? [opened.tree, inside] : [root, base + path];
  };
  const list = (folder: string) => {
    const [tree, inside] = locate(folder);
    return tree.list(inside);
  };
  const at = (path: string, where: string): TreeFile | "folder" | undefined => {
    const [tree, inside] = locate(path);
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
    if (locate(path)[0] !== root || root.isPacked) throw archiveInArchive(where);
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
      if (/^\/|\\|(?:^|\/)\.\.(?:\/|$)/.test(name)) continue; // rejected when it is looked up
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
    remedy: "Unpack the outer archive, and give the folder.",
  });
