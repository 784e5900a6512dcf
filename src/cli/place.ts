/** Checks, before any work, that what a command is to write can be written. */

import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, extname, sep } from "node:path";
import { InputError } from "../base/errors.js";
import { filePlace } from "../base/place.js";
import { loadSharp } from "../base/sharp.js";
import { writeWhole } from "../base/write.js";
import { type FolderContents, placeOf } from "../model/folder.js";

/** Where a command writes. */
export interface Place {
  /** Absolute, without links. */
  readonly path: string;
  /** As it was given. */
  readonly shown: string;
}

/**
 * The folder to write, for an --out `given`. Throws an `InputError` unless it is free or holds a folder of the same
 * kind, which is then replaced.
 */
export function placeFor(given: string, what: FolderContents): Place {
  const shown = given.replace(/(?<=.)[/\\]+$/, "");
  const context = {
    code: "cli/bad-out",
    where: `--out ${shown || '""'}`,
    remedy: "Choose another --out.",
  };
  return { path: placeOf(given, what, context).path, shown };
}

/**
 * The picture file to write, for a --picture `given`: SVG, or PNG made of it. Throws an `InputError` before any work, also if
 * it lies in the folder of the `data`, where it would be read as an example.
 */
export function pictureFor(given: string, data?: string): { write(svg: string): Promise<void> } {
  const context = {
    code: "cli/bad-picture",
    where: `--picture ${given || '""'}`,
    remedy: "Choose another --picture.",
  };
  const ending = extname(given).toLowerCase();
  if (ending !== ".svg" && ending !== ".png")
    throw new InputError({
      ...context,
      problem: "the extension is not known",
      expected: "a .png or .svg file",
    });
  const place = () => filePlace(given, isPicture, context);
  const path = place();
  if (data !== undefined && isFolderAround(data, path))
    throw new InputError({
      ...context,
      problem: `it lies in the data, ${data}, and would be read as an example`,
      expected: "a file outside of the data",
    });
  const write = async (svg: string) => {
    const bytes = ending === ".svg" ? signed(svg) : await pngOf(svg);
    await writeWhole(place(), bytes);
  };
  return { write };
}

/** Whether `data` is a folder that holds `path`, at any depth. */
function isFolderAround(data: string, path: string): boolean {
  if (!statSync(data, { throwIfNoEntry: false })?.isDirectory()) return false;
  return `${dirname(path)}${sep}`.startsWith(`${realpathSync(data)}${sep}`);
}

/** What pictures of metamodal carry, so that they can be told from others: a comment in SVG, EXIF in PNG. */
const SIGNATURE = "written by metamodal";

const signed = (svg: string) => svg.replace(/(<svg[^>]*>)/, `$1<!-- ${SIGNATURE} -->`);

async function pngOf(svg: string): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp(Buffer.from(svg))
    .png()
    .withExif({ IFD0: { Software: SIGNATURE } })
    .toBuffer();
}

/** Whether a file is a picture that metamodal wrote: its signature is near the start. */
function isPicture(path: string): boolean {
  try {
    return readFileSync(path).subarray(0, 4096).includes(SIGNATURE);
  } catch {
    return false;
  }
}
