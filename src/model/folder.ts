/** Model and task folders: their files, when a path may be overwritten, and reading a file of one. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../base/errors.js";
import { type FolderKind, type FolderPlace, folderPlace, type PlaceContext } from "../base/place.js";
import { checkRegular } from "../base/regular.js";
import { writeFolder } from "../base/write.js";
import type { Parts } from "./archive.js";

export type FolderContents = "model" | "task";

const MODEL_FILES = ["model.json", "model.safetensors"];

const kinds: Readonly<Record<FolderContents, FolderKind>> = {
  model: {
    expected: "a free path, or a model folder to replace",
    contents(folder) {
      const card = cardIn(folder, "model");
      // A task folder also contains model.json.
      if (!card || cardIn(folder, "task")) return undefined;
      const alone = Array.isArray(card.alone) ? card.alone.map((name) => `alone/${name}/`) : [];
      const inner = alone.flatMap((path) => [path, ...MODEL_FILES.map((file) => path + file)]);
      const names = new Set([...MODEL_FILES, "alone/", ...inner]);
      return (path) => names.has(path);
    },
  },
  task: {
    expected: "a free path, or a task folder to replace",
    contents: (folder) =>
      cardIn(folder, "task") && ((path) => [...MODEL_FILES, "task.json", "task.safetensors"].includes(path)),
  },
};

/** The parsed `model.json` or `task.json` of a folder; undefined if there is none that metamodal wrote. */
function cardIn(folder: string, what: FolderContents): { alone?: unknown } | undefined {
  try {
    const card = JSON.parse(readFileSync(join(folder, `${what}.json`), "utf8"));
    return card?.format === `metamodal-${what}` ? card : undefined;
  } catch {
    return undefined;
  }
}

/** Resolve a path for a model or task folder. Throws an `InputError` unless it is free or a folder of this kind. */
export const placeOf = (given: string, what: FolderContents, context: PlaceContext): FolderPlace =>
  folderPlace(given, kinds[what], context);

/** Write `files` (contents by path inside the folder) as a folder, replacing one of the same kind. */
export function saveFolder(
  given: string,
  what: FolderContents,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const context = {
    code: "model/would-overwrite",
    where: given || `${what}.save, the path ""`,
    remedy: "Choose another path.",
  };
  return writeFolder(() => placeOf(given, what, context), Object.entries(files));
}

/** The files at a path: a folder, or an archive of one. @throws {InputError} `file/not-regular`, `data/bad-zip` */
export async function partsAt(path: string): Promise<Parts> {
  checkRegular(path);
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile();
  // Loaded when it is needed: the command line starts sooner.
  if (isFile) return (await import("./archive.js")).archiveParts(await readFile(path), path);
  return { path, read: (name, what) => readPart(path, name, what) };
}

async function readPart(folder: string, name: string, what: string): Promise<Uint8Array> {
  const path = join(folder, name);
  checkRegular(path);
  try {
    return await readFile(path);
  } catch (error) {
    if (!existsSync(folder)) throw nothingAt(folder, what);
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

const nothingAt = (path: string, what: string) =>
  new InputError({
    code: "model/missing-file",
    where: path,
    problem: "there is no such file or folder",
    expected: path.endsWith(".task") ? "the file of a taught task, or the folder of an adapted one" : what,
    remedy: "Check the path.",
  });
