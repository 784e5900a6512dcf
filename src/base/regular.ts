/** Refuses what is no regular file where one is read whole: reading a pipe or a device may never end. */

import { type Stats, statSync } from "node:fs";
import { InputError } from "./errors.js";

/**
 * Check that `path` is no pipe, socket or device. What is absent or a folder passes: its reader says so.
 *
 * @throws {InputError} `file/not-regular`
 */
export function checkRegular(path: string, where = path): void {
  const found = statOf(path);
  if (!found || found.isFile() || found.isDirectory()) return;
  throw new InputError({
    code: "file/not-regular",
    where,
    problem: found.isFIFO() ? "it is a pipe" : "it is a device or a socket",
    expected: "a regular file",
    remedy: "Write its contents to a file first.",
  });
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
