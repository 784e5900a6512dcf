/** Task files in a page: by name in the browser's database. */

import { keep, kept, keptNames } from "../base/database.web.js";
import { InputError } from "../base/errors.js";
import { decodeTaskFile, encodeTaskFile, type TaskFile } from "./file.js";

/** Read the task of a name. @throws {InputError} `task/no-such-task`, and as `decodeTaskFile` does */
export async function readTaskFile(name: string): Promise<TaskFile> {
  const bytes = await kept("tasks", name);
  if (bytes) return decodeTaskFile(bytes, name);
  throw noSuchTask(name, await keptNames("tasks"));
}

/** Keep a task under a name, in place of another of that name. @throws {InputError} task/not-kept if there is no room */
export async function writeTaskFile(name: string, file: TaskFile): Promise<void> {
  await keep("tasks", name, encodeTaskFile(file));
}

const noSuchTask = (name: string, names: readonly string[]) =>
  new InputError({
    code: "task/no-such-task",
    where: "loadTask",
    problem: `this page has no task "${name}"`,
    expected: names.length > 0 ? `one of ${names.slice(0, 10).join(", ")}` : "the name of a saved task",
    remedy: "Correct the name, or teach the task and save it.",
  });
