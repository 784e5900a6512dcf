/** Checks, before any work, that the folder a command is to write can be written. */

import { accessSync, constants, existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
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

/** The picture file to write, for a --picture `given`: SVG, or PNG made of it. Throws an `InputError` before any work. */
export function pictureFor(given: string): { write(svg: string): Promise<void> } {
  const fail = (problem: string, expected: string) => {
    throw new InputError({
      code: "cli/bad-picture",
      where: `--picture ${given}`,
      problem,
      expected,
      remedy: "Choose another --picture.",
    });
  };
  const ending = extname(given).toLowerCase();
  if (ending !== ".svg" && ending !== ".png") fail("the extension is not known", "a .png or .svg file");
  const folder = dirname(resolve(given));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    fail(`there is no folder ${dirname(given)}`, "a file in a folder that exists");
  if (statSync(given, { throwIfNoEntry: false })?.isDirectory()) fail("it is a folder", "a file");
  const write = async (svg: string) => {
    const bytes =
      ending === ".svg" ? svg : await (await import("sharp")).default(Buffer.from(svg)).png().toBuffer();
    await writeFile(given, bytes);
  };
  return { write };
}
