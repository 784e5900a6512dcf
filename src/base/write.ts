/** Folders and files that are whole or not there: written beside their place under another name, then moved. */

import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { asideOf, clearAside } from "./aside.js";
import { makeFolder } from "./make-folder.js";
import type { FolderPlace } from "./place.js";

/** Paths inside a folder, with `/`, and what the files hold. */
type Files =
  | Iterable<readonly [path: string, contents: string | Uint8Array]>
  | AsyncIterable<readonly [path: string, contents: string | Uint8Array]>;

/**
 * Write `files` as a folder. `place` checks where, once before and once after they are written: what it finds there then
 * is replaced, and only the entries that it names are removed.
 */
export async function writeFolder(place: () => FolderPlace, files: Files): Promise<void> {
  const { path } = place();
  const parent = dirname(path);
  const created = makeFolder(parent);
  clearLeft(path);
  const draft = asideOf(path, "writing");
  try {
    mkdirSync(draft);
    for await (const [name, contents] of files) {
      makeFolder(dirname(join(draft, name)));
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
    await flushFolder(parent);
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
  const old = asideOf(path, "old");
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
  makeFolder(dirname(path));
  clearLeft(path);
  const draft = asideOf(path, "writing");
  try {
    await writeFile(draft, contents, { flush: true });
    await rename(draft, path);
    await flushFolder(dirname(path));
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

/** Remove what killed processes left beside `path`: drafts of it, and what they had replaced. What they had not yet replaced returns. */
function clearLeft(path: string): void {
  for (const old of clearAside(path)) {
    if (existsSync(path)) rmSync(old, { recursive: true, force: true });
    else renameSync(old, path);
  }
}

/** Let the names in a folder reach the disk, where the system can do that. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
