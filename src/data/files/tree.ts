/** The interface of a file tree, on disk or in an archive. Paths are relative to its root, with forward slashes. */

import type { InputError } from "../../base/errors.js";

/** An entry of a folder. */
export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Set if the entry cannot be followed. It is listed nonetheless: maybe no row names it. */
  readonly fault?: InputError;
}

/** A file of a tree, read on demand. */
export interface TreeFile {
  read(): Promise<Uint8Array>;
  /** The first bytes. Reads only these of a file on disk, and all of a member of an archive. */
  head(bytes: number): Promise<Uint8Array>;
  /** The path on disk of a file with these bytes, valid until the tree is closed. */
  onDisk(): string;
}

export interface Tree {
  /** Whether it is the tree of an archive. */
  readonly isPacked: boolean;
  /** The entries of a folder, in name order, without files that operating systems leave; the root is "". Never throws. */
  list(folder: string): readonly Entry[];
  /** The file at a path, `"folder"` for a folder, undefined for nothing. */
  at(path: string): TreeFile | "folder" | undefined;
  /** Remove the files that `onDisk` wrote. */
  close(): void;
}

/**
 * The paths of all files below a folder, in name order, without hidden files and folders. Entries that cannot be followed are
 * passed to `onFault` instead.
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
