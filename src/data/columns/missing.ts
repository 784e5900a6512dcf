/** The errors of columns whose cells name media files that are not in the data folder, or that may be any of several. */

import { InputError } from "../../base/errors.js";
import { kindOfPath } from "../kinds.js";
import { someOf } from "../layouts/log.js";
import { type FileCell, type FileIndex, pathOf } from "./files.js";

/** From this share of cells that name files on, a column is one of files. */
export const MOSTLY = 0.5;

/** A cell, with the row that it is in. */
export interface ColumnCell extends FileCell {
  readonly where: string;
}

/** Whether a cell ends in the extension of an image or a sound. */
function isMediaPath(text: string): boolean {
  const name = pathOf(text).split("/").at(-1) ?? "";
  const kind = name.lastIndexOf(".") > 0 ? kindOfPath(name) : undefined;
  return kind === "image" || kind === "audio";
}

const isFull = ({ text }: FileCell): boolean => text.trim() !== "";

/** Whether most of the cells are paths of images or sounds, wherever those lie. */
export function areMediaPaths(cells: readonly FileCell[]): boolean {
  const full = cells.filter(isFull);
  return full.length > 0 && full.filter(({ text }) => isMediaPath(text)).length >= MOSTLY * full.length;
}

/** The error of a column of paths of which few name just one file each; undefined where all do, of several kinds. */
export function unfoundColumn(
  column: string,
  cells: readonly ColumnCell[],
  index: FileIndex,
  isOfModel: boolean,
): InputError | undefined {
  const full = cells.filter(isFull);
  const missing = full.filter(({ text, from }) => index.find(text, from).length === 0);
  if (missing.length <= (1 - MOSTLY) * full.length) {
    const unclear = full.find(({ text, from }) => index.find(text, from).length > 1);
    return unclear && severalFiles(column, unclear, index.find(unclear.text, unclear.from));
  }
  const [{ text, where }] = missing;
  const isAddress = /^[a-z][a-z0-9+.-]+:\/\//i.test(text.trim());
  const ignored = `"columns": [{"name": ${JSON.stringify(column)}, "type": "ignore"}]`;
  return new InputError({
    code: "data/missing-file",
    where: inColumn(where, column),
    problem: `there is no file ${JSON.stringify(text.trim())} (${missing.length} of ${full.length} are missing)`,
    expected: isAddress
      ? "downloaded files in the data folder: nothing is downloaded"
      : "files in the data folder",
    remedy: isOfModel
      ? "Copy them there: the model reads this column as names of files."
      : `Copy them there, or state the column as a text with --text ${column}, or leave it out (${ignored} in dataset.json).`,
  });
}

/** The error of one cell that names no file, or several, in a column of names of files. */
export function unfoundCell(column: string, cell: ColumnCell, paths: readonly string[]): InputError {
  if (paths.length > 1) return severalFiles(column, cell, paths);
  const text = cell.text.trim();
  const ofKind = kindOfPath(text) ? "" : " with the extension of an image, a sound or a text";
  return new InputError({
    code: "data/missing-file",
    where: inColumn(cell.where, column),
    problem: `there is no file ${JSON.stringify(text)}${ofKind}`,
    expected: "the name of a file in the data folder",
    remedy: "Add the file, or empty the cell.",
  });
}

const severalFiles = (column: string, { text, where }: ColumnCell, paths: readonly string[]) =>
  new InputError({
    code: "data/several-files",
    where: inColumn(where, column),
    problem: `${JSON.stringify(text.trim())} may be any of ${someOf(paths)}`,
    expected: "the name of one file",
    remedy: "Write its path in the data folder.",
  });

const inColumn = (where: string, column: string) => `${where}, column ${JSON.stringify(column)}`;
