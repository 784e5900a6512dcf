/** Writes a data set folder: byte-deterministic gzip and tar, all files at once or none. */

import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { constants, gzipSync } from "node:zlib";
import { Header } from "tar";
import { InputError } from "../base/errors.js";

/** What an importer wrote. */
export interface ImportSummary {
  rows: number;
  /** Classes (groups, where these are tasks) by split; `unsplit` where they are split when a model is trained. */
  units: Record<string, number>;
  /** Rows of no split. */
  unusedRows: number;
  files: number;
}

/** Gzip without a time or a system in its header: equal bytes for equal content and zlib. */
export function gzip(bytes: Uint8Array | string): Buffer {
  const packed = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
  packed.fill(0, 4, 8);
  packed[9] = 255;
  return packed;
}

/** A tar archive of plain files, all of one time and owner. */
export function tar(files: Iterable<readonly [name: string, bytes: Uint8Array]>): Buffer {
  const blocks: Uint8Array[] = [];
  for (const [path, bytes] of files) {
    const header = Buffer.alloc(512);
    new Header({
      path,
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: bytes.length,
      mtime: new Date(0),
      type: "File",
    }).encode(header);
    blocks.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/**
 * Write files into a new folder: first beside it under another name, then renamed, so that nobody sees half
 * of it. Throws an `InputError` when the folder exists and is not empty.
 */
export async function writeNewFolder(
  to: string,
  files: Iterable<readonly [string, Uint8Array | string]>,
): Promise<void> {
  const target = resolve(to);
  await refuseToOverwrite(target, to);
  await mkdir(dirname(target), { recursive: true });
  const partial = await mkdtemp(`${target}.partial-`);
  try {
    for (const [name, bytes] of files) await writeFile(join(partial, name), bytes);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Throw an `InputError` unless there is nothing at `path`, or an empty folder. */
export async function refuseToOverwrite(path: string, where = path): Promise<void> {
  try {
    if ((await readdir(path)).length === 0) return;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    if (code !== "ENOTDIR") throw error;
  }
  throw new InputError({
    code: "data/folder-not-empty",
    where,
    problem: "there is something already",
    expected: "no file, or an empty folder",
    remedy: "Choose another folder, or remove this one.",
  });
}
