/** Task files on disk. */

import { readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { filePlace, type PlaceContext } from "../base/place.js";
import { writeWhole } from "../base/write.js";
import { decodeTaskFile, encodeTaskFile, type TaskFile } from "./file.js";

/** Read a task file. @throws {InputError} as `decodeTaskFile` does */
export const readTaskFile = async (path: string): Promise<TaskFile> =>
  decodeTaskFile(await readFile(path), path);

/** Whether a path is a file, or a link to one, that may be a taught task: its name ends in `.task`. */
export function isTaskFile(path: string): boolean {
  if (!path.endsWith(".task")) return false;
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Write a task file, whole or not at all. @throws {InputError} for a path where something else is */
export async function writeTaskFile(path: string, file: TaskFile): Promise<void> {
  const bytes = encodeTaskFile(file);
  await writeWhole(taskPlace(path), bytes);
}

/** The checked path of a task file: free, or one of a taught task. */
export function taskPlace(given: string, context: Partial<PlaceContext> = {}): string {
  return filePlace(given, isTaught, {
    code: "task/would-overwrite",
    where: given || 'task.save, the path ""',
    remedy: "Choose another path.",
    ...context,
  });
}

/** Whether a file is a taught task: the name of its first member stands near its start. */
function isTaught(path: string): boolean {
  try {
    const bytes = readFileSync(path);
    return bytes.readUInt32LE(0) === 0x04034b50 && bytes.subarray(30, 39).toString() === "task.json";
  } catch {
    return false;
  }
}
