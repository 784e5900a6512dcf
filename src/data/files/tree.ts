/** Files below one root, in a folder on disk or in an archive; paths are relative to it, with forward slashes. */

/** An entry of a folder. */
export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
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
  /** What is in a folder, in name order, without the litter of operating systems; "" is the root. */
  list(folder: string): readonly Entry[];
  /** The file at a path, `"folder"` for a folder, or undefined where nothing is. */
  at(path: string): TreeFile | "folder" | undefined;
  /** Remove what `onDisk` wrote. */
  close(): void;
}

/** All files below a folder of a tree, in name order, by path; hidden files and folders are left out. */
export function* filesBelow(tree: Pick<Tree, "list">, folder = ""): Generator<string> {
  for (const { name, isFolder } of tree.list(folder)) {
    if (name.startsWith(".")) continue;
    if (isFolder) yield* filesBelow(tree, `${folder}${name}/`);
    else yield folder + name;
  }
}
