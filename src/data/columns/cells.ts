/** The columns of raw records: names, cells, and edits of all records at once. */

import type { Cell, PlacedCell } from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import { listed } from "../listed.js";
import type { Notice } from "../notice.js";
import { type RawRecord, whereOf } from "../record.js";

/** Fields of a row that are not modalities. */
const rowFields: readonly string[] = ["id", "label", "split", "group"];
export const isRowField = (name: string): boolean => rowFields.includes(name);

/** The names of all columns, in order of first use. */
export function columnNames(records: readonly RawRecord[]): string[] {
  const names = new Set<string>();
  for (const { fields } of records) for (const name of Object.keys(fields)) names.add(name);
  return [...names];
}

/** The names of the columns that the options of a tabular modality declare. */
export const declaredNames = ({ columns }: { readonly columns?: unknown }): string[] =>
  Array.isArray(columns)
    ? columns.map((column) => (typeof column === "string" ? column : (column?.name as string)))
    : [];

/** The names of the columns that a card declares in its tabular modalities. */
export const tableColumns = ({ modalities }: DatasetCard): string[] =>
  Object.values(modalities).flatMap(({ kind, options }) =>
    kind === "tabular" ? declaredNames(options) : [],
  );

export const fieldValue = ({ fields }: RawRecord, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

export const isCell = (value: unknown): value is Cell =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** Whether a field has a value: neither absent, nor null, nor an empty string. */
export const isFilled = (value: unknown): boolean => value !== null && value !== undefined && value !== "";

/** A cell of a record. Its position is formatted only when an error shows it. */
export class RecordCell implements PlacedCell {
  constructor(
    readonly cell: Cell | null,
    readonly record: RawRecord,
  ) {}

  get where(): string {
    return whereOf(this.record);
  }
}

/** The cells of a column, one per record; undefined if a value is not a cell: an array, an object, a media file. */
export function cellsOf(records: readonly RawRecord[], name: string): RecordCell[] | undefined {
  const cells: RecordCell[] = [];
  for (const record of records) {
    const value = fieldValue(record, name) ?? null;
    if (value !== null && !isCell(value)) return undefined;
    cells.push(new RecordCell(value, record));
  }
  return cells;
}

/** Rename fields of every record. `names` maps each old name to the new one. */
export function renameFields(records: readonly RawRecord[], names: ReadonlyMap<string, string>): void {
  if (names.size === 0) return;
  for (const record of records)
    record.fields = Object.fromEntries(
      Object.entries(record.fields).map(([name, value]) => [names.get(name) ?? name, value]),
    );
}

/** Remove fields from every record. */
export function removeFields(records: readonly RawRecord[], names: readonly string[]): void {
  if (names.length === 0) return;
  const removed = new Set(names);
  for (const record of records)
    record.fields = Object.fromEntries(Object.entries(record.fields).filter(([name]) => !removed.has(name)));
}

/** A notice about columns, `about` followed by the list of `items`; none if there are no items. */
export const columnNotice = (
  code: string,
  where: string,
  about: string,
  items: readonly string[],
  suspect = false,
): Notice[] =>
  items.length === 0
    ? []
    : [{ code, where, text: `${about}${listed(items)}`, ...(suspect && { suspect: true as const }) }];
