/** Checks, before any work, that the folder a command is to write can be written. */

import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InputError } from "../base/errors.js";
import { isReplaceable } from "../model/folder.js";

/**
 * The folder to write, for an --out `given`. Throws an `InputError` unless it is free or holds a folder of the same
 * kind, which is then replaced.
 */
export function placeFor(given: string, kind: "model" | "task"): string {
  const path = given.replace(/(?<=.)[/\\]+$/, "");
  const fail = (problem: string, expected: string) => {
    throw new InputError({
      code: "cli/bad-out",
      where: `--out ${path}`,
      problem,
      expected,
      remedy: "Choose another --out.",
    });
  };
  if (!isReplaceable(path, `${kind}.json`))
    fail("something else is there", `a free path, or a ${kind} folder to replace`);
  const parent = existing(dirname(resolve(path)));
  if (!statSync(parent).isDirectory()) fail(`${parent} is no folder`, "a path inside a folder");
  try {
    accessSync(parent, constants.W_OK);
  } catch {
    fail(`${parent} cannot be written`, "a folder you may write");
  }
  return path;
}

/** The nearest thing above a path that exists. */
function existing(path: string): string {
  let above = path;
  while (!existsSync(above)) above = dirname(above);
  return above;
}
