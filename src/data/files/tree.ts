/** Files below one root, in a folder on disk or in an archive; paths are relative to it, with forward slashes. */

import type { InputError } from "../../base/errors.js";

/** An entry of a folder. */
export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Why it cannot be followed. It is listed nonetheless, since perhaps nothing names it. */
  readonly fault?: InputError;
}

/** A file of a tree, read when it is needed. */
export interface TreeFile {
  read(): Promise<Uint8Array>;
  /** The first bytes. Of a member of an archive all are read, of a file on disk only these. */
  head(bytes: number): Promise<Uint8Array>;
  /** A path on disk that holds its bytes until the tree is closed. */
  onDisk(): string;
}

export interface Tree {
  /** Whether it is an archive's. */
  readonly isPacked: boolean;
  /** What is in a folder, in name order, without the litter of operating systems; "" is the root. No entry makes it throw. */
  list(folder: string): readonly Entry[];
  /** The file at a path, `"folder"` for a folder, or undefined where nothing is. */
  at(path: string): TreeFile | "folder" | undefined;
  /** Remove what `onDisk` wrote. */
  close(): void;
}

/**
 * All files below a folder of a tree, in name order, by path; hidden files and folders are left out. So are entries that
 * cannot be followed, of which `onFault` is told.
 */
export function* filesBelow(
  tree: Pick<Tree, "list">,
  folder = "",
  onFault?: (path: string, entry: Entry) => void,
): Generator<string> {
  for (const entry of tree.list(folder)) {
    const path = folder + entry.name;
    if (entry.name.startsWith(".")) continue;
    if (entry.fault) onFault?.(path, entry);
    else if (entry.isFolder) yield* filesBelow(tree, `${path}/`, onFault);
    else yield path;
  }
}
