/** Writes a data set folder: byte-deterministic gzip and tar, all files at once or none. */

import { constants, gzipSync } from "node:zlib";
import { Header } from "tar";
import { type FolderKind, type FolderPlace, folderPlace } from "../../base/place.js";
import { writeFolder } from "../../base/write.js";

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

const newFolder: FolderKind = {
  expected: "no file, or an empty folder",
  contents: () => undefined,
  otherKind: "there is something already",
};

/** Resolve a path for a new data folder. Throws an `InputError` unless it is free, or an empty folder. */
export const newFolderPlace = (given: string): FolderPlace =>
  folderPlace(given, newFolder, {
    code: "data/folder-not-empty",
    where: given || 'the path ""',
    remedy: "Choose another folder, or remove this one.",
  });

/** Write files as a new data folder, all or none. Throws an `InputError` unless it is free, or an empty folder. */
export const writeNewFolder = (
  to: string,
  files: Iterable<readonly [string, Uint8Array | string]>,
): Promise<void> => writeFolder(() => newFolderPlace(to), files);
