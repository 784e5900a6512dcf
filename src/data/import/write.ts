/** Writes a data folder atomically, with byte-deterministic gzip and tar. */

import { constants, gzipSync } from "node:zlib";
import { Header } from "tar";
import { type FolderKind, type FolderPlace, folderPlace } from "../../base/place.js";
import { writeFolder } from "../../base/write.js";

/** The result of an importer. */
export interface ImportSummary {
  rows: number;
  /** Number of classes (groups, if each is a task) by split; `unsplit` if they are split by seed in training. */
  units: Record<string, number>;
  /** Number of rows without a split. */
  unusedRows: number;
  files: number;
}

/** Gzip without time and system in its header: equal bytes for equal content and zlib version. */
export function gzip(bytes: Uint8Array | string): Buffer {
  const packed = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
  packed.fill(0, 4, 8);
  packed[9] = 255;
  return packed;
}

/** A tar archive of plain files, with one fixed time and owner. */
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

const newFolder: FolderKind = {
  expected: "no file, or an empty folder",
  contents: () => undefined,
  otherKind: "there is something already",
};

/** Resolve the path of a new data folder. @throws {InputError} unless nothing or an empty folder is there */
export const newFolderPlace = (given: string): FolderPlace =>
  folderPlace(given, newFolder, {
    code: "data/folder-not-empty",
    where: given || 'the path ""',
    remedy: "Choose another folder, or remove this one.",
  });

/** Write files as a new data folder, all or none. @throws {InputError} unless nothing or an empty folder is at `to` */
export const writeNewFolder = (
  to: string,
  files: Iterable<readonly [string, Uint8Array | string]>,
): Promise<void> => writeFolder(() => newFolderPlace(to), files);
