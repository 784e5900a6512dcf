/**
 * Finds media files of a data set folder, on disk or inside tar shards.
 *
 * A path is relative to the folder, as in Hugging Face metadata (`file_name`, `<modality>_file_name`). A
 * member of a shard is written as if the shard were a folder: `images-0.tar.gz/0001.png`. A shard is read
 * once, when the data set is opened; a plain file is read when it is needed. No path may leave the folder.
 */

import { realpathSync, statSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { isAbsolute, join, sep } from "node:path";
import { InputError } from "../base/errors.js";
import { Media } from "../modality/index.js";
import type { FindMedia, MediaReference } from "./rows.js";
import { readShard } from "./shard.js";

const shardPattern = /^(.*?\.tar(?:\.gz)?)\/(.+)$/;

/** Read every shard that the references name and return the finder for all of them. */
export async function openMedia(
  folder: string,
  references: Iterable<MediaReference>,
  signal?: AbortSignal,
): Promise<FindMedia> {
  const root = realpathSync(folder);
  const shards = new Map<string, Map<string, Uint8Array>>();
  for (const { path, where } of references) {
    const shard = shardPattern.exec(path)?.[1];
    if (shard === undefined || shards.has(shard)) continue;
    signal?.throwIfAborted();
    const file = resolveInside(root, shard, where);
    if (statSync(file).isFile()) shards.set(shard, await readShard(file, shard));
  }
  return (path, where) => {
    const [, shard, member] = shardPattern.exec(path) ?? [];
    const members = shards.get(shard);
    if (members) {
      const bytes = members.get(member);
      if (!bytes) throw missing(path, where, `the shard ${shard} has no member "${member}"`);
      return new Media(path, async () => bytes);
    }
    const file = resolveInside(root, path, where);
    if (!statSync(file).isFile()) throw missing(path, where, `"${path}" is not a file`);
    return new Media(
      path,
      () => readFile(file),
      (bytes) => readHead(file, bytes),
    );
  };
}

function resolveInside(root: string, path: string, where: string): string {
  if (path.includes("\\")) throw backslash(path, where);
  if (isAbsolute(path) || path.includes("\0") || path.split("/").includes("..")) throw outside(path, where);
  let file: string;
  try {
    file = realpathSync(join(root, path));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code!))
      throw missing(path, where, `there is no file "${path}"`);
    throw error;
  }
  if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) throw outside(path, where);
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
