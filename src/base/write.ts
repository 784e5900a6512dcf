/** Folders and files that are whole or not there: written beside their place under another name, then moved. */

import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ASIDE, type FolderPlace } from "./place.js";

/** Paths inside a folder, with `/`, and what the files hold. */
type Files =
  | Iterable<readonly [path: string, contents: string | Uint8Array]>
  | AsyncIterable<readonly [path: string, contents: string | Uint8Array]>;

/**
 * Write `files` as a folder. `place` checks where, once before and once after they are written: what it finds there then
 * is replaced, and only the entries that it names are removed.
 */
export async function writeFolder(place: () => FolderPlace, files: Files): Promise<void> {
  const parent = dirname(place().path);
  const created = mkdirSync(parent, { recursive: true });
  const draft = asideIn(parent, "writing");
  try {
    mkdirSync(draft);
    for await (const [name, contents] of files) {
      await mkdir(dirname(join(draft, name)), { recursive: true });
      await writeFile(join(draft, name), contents, { flush: true });
    }
    const found = place();
    const old = moveAside(found);
    try {
      renameSync(draft, found.path);
    } catch (error) {
      if (old) renameSync(old.path, found.path);
      throw error;
    }
    if (old) removeFolder(old);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (created) removeEmpty(parent, created);
    throw error;
  }
}

/** Move what is at `place` to another name beside it; undefined if nothing is there. An empty folder is removed. */
export function moveAside({ path, entries }: FolderPlace): Required<FolderPlace> | undefined {
  if (!entries) return undefined;
  if (entries.length === 0) {
    rmdirSync(path);
    return undefined;
  }
  const old = asideIn(dirname(path), "old");
  renameSync(path, old);
  return { path: old, entries };
}

/** Remove the entries of a folder, and then the folder; folders that hold anything else by now are left with it. */
export function removeFolder({ path, entries = [] }: FolderPlace): void {
  for (const name of [...entries, "/"]) {
    try {
      if (name.endsWith("/")) rmdirSync(join(path, name));
      else unlinkSync(join(path, name));
    } catch (error) {
      if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? ""))
        throw error;
    }
  }
}

/** Write one file, whole or not at all. */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = asideIn(dirname(path), "writing");
  try {
    await writeFile(draft, contents, { flush: true });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Remove the empty folders from `path` up to `top`. */
export function removeEmpty(path: string, top: string): void {
  try {
    for (let at = path; at.startsWith(top); at = dirname(at)) rmdirSync(at);
  } catch {
    // One of them holds something by now.
  }
}

const asideIn = (folder: string, what: "writing" | "old") => join(folder, `${ASIDE}${what}-${randomUUID()}`);
