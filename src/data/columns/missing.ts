/** Errors of columns of file names: files that are not in the data folder, and names that fit several files. */

import { InputError } from "../../base/errors.js";
import { kindOfPath } from "../kinds.js";
import { someOf } from "../listed.js";
import { type FileIndex, pathOf } from "./file-index.js";
import { type FileCell, MOSTLY } from "./named-files.js";

/** Whether a text ends in the extension of an image or an audio file. */
function isMediaPath(text: string): boolean {
  const name = pathOf(text).split("/").at(-1) ?? "";
  const kind = name.lastIndexOf(".") > 0 ? kindOfPath(name) : undefined;
  return kind === "image" || kind === "audio";
}

const isFilled = ({ text }: FileCell): boolean => text.trim() !== "";

/** Whether most cells are paths of images or audio files, wherever these are. */
export function areMediaPaths(cells: readonly FileCell[]): boolean {
  const filled = cells.filter(isFilled);
  return filled.length > 0 && filled.filter(({ text }) => isMediaPath(text)).length >= MOSTLY * filled.length;
}

/** The error of a column of paths most of which do not name exactly one file; undefined if they do. */
export function unfoundColumn(
  column: string,
  cells: readonly FileCell[],
  index: FileIndex,
  isOfModel: boolean,
): InputError | undefined {
  const filled = cells.filter(isFilled);
  const missing = filled.filter((cell) => index.find(cell.text, cell.from).length === 0);
  if (missing.length <= (1 - MOSTLY) * filled.length) {
    const unclear = filled.find((cell) => index.find(cell.text, cell.from).length > 1);
    return unclear && severalFiles(column, unclear, index.find(unclear.text, unclear.from));
  }
  const [{ text, where }] = missing;
  const isUrl = /^[a-z][a-z0-9+.-]+:\/\//i.test(text.trim());
  const ignored = `"columns": [{"name": ${JSON.stringify(column)}, "type": "ignore"}]`;
  return new InputError({
    code: "data/missing-file",
    where: inColumn(where, column),
    problem: `there is no file ${JSON.stringify(text.trim())} (${missing.length} of ${filled.length} are missing)`,
    expected: isUrl
      ? "downloaded files in the data folder: nothing is downloaded"
      : "files in the data folder",
    remedy: isOfModel
      ? "Copy them there: the model reads this column as names of files."
      : `Copy them there, or read the column as a text with the option \`text: ${JSON.stringify(column)}\`, or leave it out (${ignored} in dataset.json).`,
  });
}

/** The error of one cell, in a column of file names, that names no file or several (`paths`). */
export function unfoundCell(column: string, cell: FileCell, paths: readonly string[]): InputError {
  if (paths.length > 1) return severalFiles(column, cell, paths);
  const text = cell.text.trim();
  const extension = kindOfPath(text) ? "" : " with the extension of an image, a sound or a text";
  return new InputError({
    code: "data/missing-file",
    where: inColumn(cell.where, column),
    problem: `there is no file ${JSON.stringify(text)}${extension}`,
    expected: "the name of a file in the data folder",
    remedy: "Add the file, or empty the cell.",
  });
}

const severalFiles = (column: string, { text, where }: FileCell, paths: readonly string[]) =>
  new InputError({
    code: "data/several-files",
    where: inColumn(where, column),
    problem: `${JSON.stringify(text.trim())} may be any of ${someOf(paths)}`,
    expected: "the name of one file",
    remedy: "Write its path in the data folder.",
  });

const inColumn = (where: string, column: string) => `${where}, column ${JSON.stringify(column)}`;
