/** Checks output paths before any work is done. */

import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, extname, sep } from "node:path";
import { InputError } from "../base/errors.js";
import { filePlace } from "../base/place.js";
import { loadSharp } from "../base/sharp.js";
import { writeWhole } from "../base/write.js";
import { type FolderContents, placeOf } from "../model/folder.js";

/** A checked output path. */
interface Place {
  /** Absolute, without links. */
  readonly path: string;
  /** As it was given. */
  readonly shown: string;
}

/**
 * The folder to write for `--out`. An existing folder of the same kind is replaced.
 * @throws {InputError} `cli/bad-out` if the path holds anything else
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
 * The picture file to write for `--picture`: SVG, or PNG rendered from it.
 * @throws {InputError} `cli/bad-picture` for another extension, an existing file that is no picture of metamodal, or a path
 * inside the folder `data`, in which the picture would be read as an example
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

/** Whether `path` lies in the folder `data`, at any depth. */
function isFolderAround(data: string, path: string): boolean {
  if (!statSync(data, { throwIfNoEntry: false })?.isDirectory()) return false;
  return `${dirname(path)}${sep}`.startsWith(`${realpathSync(data)}${sep}`);
}

/** Marks pictures written by metamodal, which may be overwritten: a comment in SVG, EXIF in PNG. */
const SIGNATURE = "written by metamodal";

const signed = (svg: string) => svg.replace(/(<svg[^>]*>)/, `$1<!-- ${SIGNATURE} -->`);

async function pngOf(svg: string): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp(Buffer.from(svg))
    .png()
    .withExif({ IFD0: { Software: SIGNATURE } })
    .toBuffer();
}

/** Whether a file is a picture written by metamodal: it has the signature near its start. */
function isPicture(path: string): boolean {
  try {
    return readFileSync(path).subarray(0, 4096).includes(SIGNATURE);
  } catch {
    return false;
  }
}
