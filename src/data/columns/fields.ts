/** The columns of raw records: their names, their cells, and the place they lie in. */

import type { Cell, PlacedCell } from "../../modality/index.js";
import { someOf } from "../layouts/log.js";
import type { Notice } from "../notice.js";
import type { RawRecord } from "../rows.js";

/** Fields of a row that are no modality. */
const rowFields = ["id", "label", "split", "group"] as const;
export const isRowField = (name: string): boolean => (rowFields as readonly string[]).includes(name);

/** The names of the columns that options of a table list. */
export const listedNames = ({ columns }: { readonly columns?: unknown }): string[] =>
  Array.isArray(columns)
    ? columns.map((column) => (typeof column === "string" ? column : (column?.name as string)))
    : [];

/** The names of all columns, in order of first use. */
export function columnsOf(records: readonly RawRecord[]): string[] {
  const names = new Set<string>();
  for (const { fields } of records) for (const name of Object.keys(fields)) names.add(name);
  return [...names];
}

export const fieldValue = ({ fields }: RawRecord, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

const isScalar = (value: unknown): value is Cell =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** The cells of a column; undefined if a value is none: an array, an object, a file. */
export function cellsOf(records: readonly RawRecord[], name: string): PlacedCell[] | undefined {
  const cells: PlacedCell[] = [];
  for (const record of records) {
    const value = fieldValue(record, name) ?? null;
    if (value !== null && !isScalar(value)) return undefined;
    cells.push({ cell: value as Cell | null, where: record.where });
  }
  return cells;
}

/** Replace the names of fields, all in one pass over the records; `names` has the new name of each old one. */
export function rename(records: readonly RawRecord[], names: ReadonlyMap<string, string>): void {
  if (names.size === 0) return;
  for (const record of records)
    record.fields = Object.fromEntries(
      Object.entries(record.fields).map(([name, value]) => [names.get(name) ?? name, value]),
    );
}

/** Remove fields from every record. */
export function remove(records: readonly RawRecord[], names: readonly string[]): void {
  if (names.length === 0) return;
  const gone = new Set(names);
  for (const record of records)
    record.fields = Object.fromEntries(Object.entries(record.fields).filter(([name]) => !gone.has(name)));
}

/** What notices call the place of records: their file, or the first one's. */
export const placeOf = (records: readonly RawRecord[]): string => {
  const where = records[0]?.where ?? "";
  return /^example \d+$/.test(where) ? "examples" : where.replace(/:\d+$|, example \d+$/, "");
};

/** Names in a message, up to ten and a count. */
export const listed = (names: readonly string[]): string => someOf(names, 10);

export const quoted = (name: string): string => (name === "" ? "a column without a name" : `\`${name}\``);

/** A notice, unless it has nothing to say. */
export const notice = (
  code: string,
  where: string,
  about: string,
  items: readonly string[],
  suspect = false,
): Notice[] =>
  items.length === 0
    ? []
    : [{ code, where, text: `${about}${listed(items)}`, ...(suspect && { suspect: true as const }) }];
