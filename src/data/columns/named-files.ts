/** The media files that the cells of a column name, by kind and, if these are several, by folder. */

import { dirname } from "../../base/paths.js";
import type { ModalityKind } from "../../modality/index.js";
import { kindOfPath } from "../kinds.js";
import type { RawRecord } from "../record.js";
import { cellsOf, RecordCell } from "./cells.js";
import { type FileIndex, isRespelt } from "./file-index.js";

/** From this share of cells that name a file upwards, a column is one of file names. */
export const MOSTLY = 0.5;

/** A cell that may name a file. */
export class FileCell extends RecordCell {
  readonly text: string;

  constructor({ cell, record }: RecordCell) {
    super(cell, record);
    this.text = typeof cell === "string" || typeof cell === "number" ? String(cell) : "";
  }

  /** The folder of the table that the cell is in. */
  get from(): string {
    return dirname(this.record.source.file ?? "");
  }
}

/** The cells of a column as names of files; undefined if a value is not a cell. */
export const fileCells = (records: readonly RawRecord[], column: string): FileCell[] | undefined =>
  cellsOf(records, column)?.map((cell) => new FileCell(cell));

/** Files of one kind, and of one folder if cells name files in several folders beside one another. */
export interface NamedFiles {
  /** The first folder of the files if cells name files in several; else "". */
  readonly folder: string;
  readonly kind: ModalityKind;
  /** The file of each cell, in the order of the cells; undefined if the cell names none. */
  readonly files: readonly (string | undefined)[];
  /** The share of non-empty cells that name a file. */
  readonly share: number;
}

/**
 * The files that cells name, by kind and, if one cell names several files of a kind, by first folder: `images/7.png` and
 * `masks/7.png` for the cell `7`.
 */
export function filesNamed(cells: readonly FileCell[], index: FileIndex): NamedFiles[] {
  const found = filesOfCells(cells, index);
  const filled = Math.max(1, cells.filter(({ text }) => text.trim() !== "").length);
  const kinds = new Set(found.flat().flatMap((path) => kindOfPath(path) ?? []));
  return [...kinds].flatMap((kind) => {
    const ofKind = found.map((paths) => paths.filter((path) => kindOfPath(path) === kind));
    const isOne = ofKind.every((paths) => paths.length <= 1);
    const folders = isOne ? [""] : [...new Set(ofKind.flat().map(firstFolder))];
    return folders.map((folder): NamedFiles => {
      const files = ofKind.map((paths) => {
        const inFolder = isOne ? paths : paths.filter((path) => firstFolder(path) === folder);
        return inFolder.length === 1 ? inFolder[0] : undefined;
      });
      return { folder, kind, files, share: files.filter((file) => file !== undefined).length / filled };
    });
  });
}

/** The files that each cell may name. A file whose exact name some cell has is not matched to cells in another case. */
function filesOfCells(cells: readonly FileCell[], index: FileIndex): (readonly string[])[] {
  const found = cells.map((cell) => (cell.text.trim() === "" ? [] : index.find(cell.text, cell.from)));
  const exact = new Set(found.flatMap((paths, i) => paths.filter((path) => !isRespelt(cells[i].text, path))));
  return found.map((paths, i) => paths.filter((path) => !exact.has(path) || !isRespelt(cells[i].text, path)));
}

const firstFolder = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");
