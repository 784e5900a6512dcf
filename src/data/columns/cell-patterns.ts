/** Patterns that the cells of a column follow: counters, whole numbers, words, codes. */

import type { InferredColumn, PlacedCell } from "../../modality/index.js";

/** Characters beyond which a cell is a text. */
export const LONG = 60;

/** Whether cells count the rows: 0, 1, 2, …, or from 1. */
export function isCounter(cells: readonly PlacedCell[]): boolean {
  const first = wholeOf(cells[0]);
  return (first === 0 || first === 1) && cells.every((cell, i) => wholeOf(cell) === first + i);
}

/** Whether all cells that are there are whole numbers. */
export const areWhole = (cells: readonly PlacedCell[]): boolean =>
  cells.every((placed) => placed.cell === null || placed.cell === "" || wholeOf(placed) !== undefined);

function wholeOf({ cell }: PlacedCell): number | undefined {
  const isDigits = typeof cell === "string" && /^\d+(\.0)?$/.test(cell.trim());
  const number = typeof cell === "number" ? cell : isDigits ? Number(cell) : Number.NaN;
  return Number.isInteger(number) ? number : undefined;
}

/** Whether a column holds words: neither numbers nor codes of digits. */
export const areWords = ({ reading, codes }: InferredColumn): boolean =>
  reading.type === "category" && !codes;

/** From this share of numbers upwards, a column of words may be one of numbers with a few odd cells. */
const MIXED = 0.25;

/** Whether many cells of a column of words are numbers. */
export const areMixed = ({ numeric, present }: InferredColumn): boolean =>
  numeric > 0 && numeric >= MIXED * present;

/** Whether at least half of the texts satisfy a condition. */
export const mostly = (texts: readonly string[], is: (text: string) => boolean): boolean =>
  texts.filter(is).length >= texts.length / 2;

/** Whether a text has three or more words, or is long. */
export const isWordy = (text: string): boolean =>
  text.length > LONG || (text.match(/\S+/g)?.length ?? 0) >= 3;

/** Whether a text is a code: at most two words with a digit, and not a URL. */
export const isCodeLike = (text: string): boolean =>
  /\d/.test(text) && !/:\/\//.test(text) && (text.match(/\S+/g)?.length ?? 0) <= 2;
