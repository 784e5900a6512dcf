/** Reads a piped text table, whose first line names columns that the model reads. */

import {
  cardLike,
  columnsReadBy,
  firstCells,
  type Likeness,
  type Notice,
  normalName,
  type OpenOptions,
  readCsvBytes,
} from "../../data/index.js";
import type { Input } from "./dataset.js";
import { bad, takes } from "./kinds.js";

/** The rows of a table; undefined if the bytes are not a table that the model reads. */
export async function pipedTable(
  bytes: Uint8Array,
  where: string,
  like: Likeness,
  options: OpenOptions,
): Promise<Pick<Input, "records" | "hasColumns" | "notices"> | undefined> {
  const reason = reasonFor(await firstCells(bytes), like, options);
  if (reason === undefined) return undefined;
  const notices: Notice[] = [{ code: "input/table", where, text: `read as a table, since ${reason}` }];
  const records = await readCsvBytes(bytes, where, cardLike(like), (notice) => notices.push(notice));
  if (records.length === 0) throw bad(where, "it has column names and no rows", "Write one row per example.");
  return { records, hasColumns: true, notices };
}

/** Why `cells` are the first line of a table that the model reads; undefined if they are not. */
function reasonFor(
  cells: readonly string[],
  like: Likeness,
  { text, image }: OpenOptions,
): string | undefined {
  if (cells.length < 2 || /^[[{]/.test(cells[0])) return undefined;
  const known = columnsReadBy(like);
  const stated = new Set([text, image].flat());
  const name = cells.find((cell) => known.has(normalName(cell)) || stated.has(cell));
  if (name !== undefined) return `its first line names ${name}`;
  // Columns of a table without a header are named by number.
  const isNumbered = known.has("column_1") && !takes(like.modalities, "text");
  return isNumbered ? "the model was trained on a table without column names" : undefined;
}
