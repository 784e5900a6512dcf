/** Creates folders one by one: with `recursive`, Node tries for ever below /proc, where a folder is there and takes none. */

import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Create a folder and those above it. Returns the topmost that was created; undefined if all were there. */
export function makeFolder(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const parent = dirname(path);
  const above = parent === path ? undefined : makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code === "EEXIST" && statSync(path).isDirectory()) return above;
    throw error;
  }
  return above ?? path;
}
