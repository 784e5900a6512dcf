/**
 * Finds media files of a data set folder, on disk or inside tar shards.
 *
 * A path is relative to the folder, as in Hugging Face metadata (`file_name`, `<modality>_file_name`). A
 * member of a shard is written as if the shard were a folder: `images-0.tar.gz/0001.png`. What is packed is unpacked
 * once, when the data set is opened; anything else is read when it is needed. No path may leave the folder.
 */

import { realpathSync, statSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { isAbsolute, join, sep } from "node:path";
import { InputError } from "../base/errors.js";
import { Media } from "../modality/index.js";
import type { FindMedia, MediaReference } from "./rows.js";
import { openShard, type Shard } from "./shard.js";

const shardPattern = /^(.*?\.tar(?:\.gz)?)\/(.+)$/;

/** The files of a data set folder. Paths in it are as users write them; `where` says who names one. */
export interface Folder {
  /** The real path of what is at `path`; an `InputError` where nothing is, or where it lies outside. */
  resolve(path: string, where: string): string;
  /** Open a tar shard, once. */
  shard(path: string, where: string): Promise<Shard>;
  /** Open every shard that the references name and return the finder for all of them. */
  finder(references: Iterable<MediaReference>, signal?: AbortSignal): Promise<FindMedia>;
}

/** The files of the folder at `path`. */
export function openFolder(path: string): Folder {
  const root = realpathSync(path);
  const shards = new Map<string, Shard>();
  const resolve = (inside: string, where: string) => resolveInside(root, inside, where);
  const shard = async (inside: string, where: string) => {
    const opened = shards.get(inside) ?? (await openShard(resolve(inside, where), inside));
    shards.set(inside, opened);
    return opened;
  };
  const find: FindMedia = (path, where) => {
    const [, archive, member] = shardPattern.exec(path) ?? [];
    const members = shards.get(archive);
    if (members) {
      const read = members.get(member);
      if (!read) throw missing(path, where, `the shard ${archive} has no member "${member}"`);
      return new Media(path, read);
    }
    const file = resolve(path, where);
    if (!statSync(file).isFile()) throw missing(path, where, `"${path}" is not a file`);
    return new Media(
      path,
      () => readFile(file),
      (bytes) => readHead(file, bytes),
    );
  };
  const finder = async (references: Iterable<MediaReference>, signal?: AbortSignal) => {
    for (const { path, where } of references) {
      const archive = shardPattern.exec(path)?.[1];
      if (archive === undefined || shards.has(archive)) continue;
      signal?.throwIfAborted();
      if (statSync(resolve(archive, where)).isFile()) await shard(archive, where);
    }
    return find;
  };
  return { resolve, shard, finder };
}

function resolveInside(root: string, path: string, where: string): string {
  if (path.includes("\\")) throw backslash(path, where);
  if (isAbsolute(path) || path.includes("\0") || path.split("/").includes("..")) throw outside(path, where);
  let file: string;
  try {
    file = realpathSync(join(root, path));
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes((error as NodeJS.ErrnoException).code!))
      throw missing(path, where, `there is no file "${path}"`);
    throw error;
  }
  if (!`${file}${sep}`.startsWith(root.endsWith(sep) ? root : root + sep)) throw outside(path, where);
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

const missing = (path: string, where: string, problem: string) =>
  new InputError({
    code: "data/missing-file",
    where,
    problem,
    expected: "a file in the data folder or a member of a tar shard there (shard.tar/name)",
    remedy: `Add ${path}, or leave the field out.`,
  });

const outside = (path: string, where: string) =>
  new InputError({
    code: "data/path-outside",
    where,
    problem: `"${path}" leaves the data folder`,
    expected: "a relative path, with forward slashes, inside the data folder",
    remedy: "Copy the file into the data folder.",
  });

const backslash = (path: string, where: string) =>
  new InputError({
    code: "data/backslash",
    where,
    problem: `"${path}" has a backslash`,
    expected: "a relative path with forward slashes",
    remedy: "Write forward slashes, or rename the file or folder.",
  });
