/** Folders that are whole or not there: written beside their place under another name, then moved. */

import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../base/errors.js";

/** Write `files` (paths inside the folder → contents) as the folder `path`, replacing one that is there. */
export async function writeFolder(
  place: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const path = resolve(place);
  const draft = `${path}.writing-${process.pid}`;
  const old = `${path}.old-${process.pid}`;
  try {
    for (const [name, contents] of Object.entries(files)) {
      await mkdir(dirname(join(draft, name)), { recursive: true });
      await writeFile(join(draft, name), contents);
    }
    const replaced = await rename(path, old).then(
      () => true,
      () => false,
    );
    await rename(draft, path).catch(async (error) => {
      if (replaced) await rename(old, path);
      throw error;
    });
    await rm(old, { recursive: true, force: true });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Write one file, whole or not at all. */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.writing-${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}

/** Read a file of a model or task folder; an `InputError` when it is not there. */
export async function readPart(folder: string, name: string, what: string): Promise<Uint8Array> {
  const path = join(folder, name);
  try {
    return await readFile(path);
  } catch (error) {
    throw new InputError(
      {
        code: "model/missing-file",
        where: path,
        problem: "the file cannot be read",
        expected: `${what} with ${name}`,
        remedy: "Check the path, or copy the folder again.",
      },
      { cause: error },
    );
  }
}

/** The file that folders of a kind have. */
export type Mark = "model.json" | "task.json";

/** Whether `path` is free or a folder of the kind that `mark` tells. A task folder holds its model too: it is no model folder. */
export function isReplaceable(path: string, mark: Mark): boolean {
  const has = (file: string) => existsSync(join(path, file));
  return !existsSync(path) || (has(mark) && (mark === "task.json" || !has("task.json")));
}

/** Refuse to write over anything but a folder of the kind that `mark` tells. */
export function checkReplaceable(path: string, mark: Mark): void {
  if (isReplaceable(path, mark)) return;
  throw new InputError({
    code: "model/would-overwrite",
    where: path,
    problem: "something else is there",
    expected: `a path that is free, or a folder with ${mark} to replace`,
    remedy: "Choose another --out.",
  });
}
