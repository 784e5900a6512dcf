/** Reads the cells of tabular modalities, column by column: text becomes numbers and dates, missing-value marks null. */

import { Faults } from "../../base/faults.js";
import {
  type Cell,
  type ColumnDeclaration,
  columnError,
  declaredColumns,
  type InferredColumn,
  inferColumn,
  isMissing,
  numberOf,
} from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import type { Notice } from "../notice.js";
import { type RawRecord, sourceOf } from "../record.js";
import { isCell, RecordCell } from "./cells.js";
import { isEmptyColumn, type TableColumnCells } from "./table-column.js";
import { tableNotices } from "./table-notices.js";
import { commonFormat } from "./undeclared.js";

/**
 * Read the cells of every tabular modality. Returns the card with the reading of each column, and records with the cells as
 * numbers, categories or null. `known` has what was inferred of columns of the same records before.
 */
export function readTables(
  records: readonly RawRecord[],
  card: DatasetCard,
  cardWhere: string,
  known: ReadonlyMap<string, InferredColumn> = new Map(),
): { card: DatasetCard; records: readonly RawRecord[]; notices: Notice[] } {
  const errors = new Faults();
  const notices: Notice[] = [];
  const modalities = { ...card.modalities };
  let read = records;
  for (const [modality, { kind, options }] of Object.entries(modalities)) {
    if (kind !== "tabular") continue;
    const where = `${cardWhere}, modalities.${modality}`;
    const declared = declaredColumns(options, where) ?? inlineColumns(records, modality);
    if (declared.length === 0) continue;
    const columns = inferColumns(records, modality, declared, known);
    for (const { declared, inferred } of columns) {
      const error = columnError(declared.name, inferred);
      if (error) errors.add(error);
    }
    notices.push(...tableNotices(columns, sourceOf(records)));
    const typed = columns
      .filter((column) => !isEmptyColumn(column))
      .map(({ declared: { name }, inferred: { reading } }) => ({ name, ...reading }));
    const { categorical: _, ...others } = options;
    modalities[modality] = { kind, options: { ...others, columns: typed } };
    read = read.map((record) => withCells(record, modality, columns));
  }
  errors.throwAny();
  return { card: { ...card, modalities }, records: read, notices };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The cells of a modality given as one object in a field: `{ "table": { "age": 7 } }`. */
function inlineCells({ fields }: RawRecord, modality: string): Record<string, unknown> | undefined {
  const value = Object.hasOwn(fields, modality) ? fields[modality] : undefined;
  return isObject(value) ? value : undefined;
}

/** The columns of a modality whose cells are given as objects. */
function inlineColumns(records: readonly RawRecord[], modality: string): ColumnDeclaration[] {
  const names = new Set(records.flatMap((record) => Object.keys(inlineCells(record, modality) ?? {})));
  return [...names].map((name) => ({ name }));
}

function inferColumns(
  records: readonly RawRecord[],
  modality: string,
  declarations: readonly ColumnDeclaration[],
  known: ReadonlyMap<string, InferredColumn>,
): TableColumnCells[] {
  const columns = declarations.map((declared): TableColumnCells => {
    const { name, type } = declared;
    const cells = records.map((record) => new RecordCell(cellOf(record, modality, name), record));
    const before = known.get(name);
    const isSettled = before && (type ?? before.reading.type) === before.reading.type;
    return { declared, cells, inferred: isSettled ? before : inferColumn(cells, declared) };
  });
  const format = commonFormat(columns.map(({ inferred }) => inferred));
  return columns.map((column) =>
    column.inferred.ambiguous && format
      ? { ...column, inferred: inferColumn(column.cells, column.declared, format) }
      : column,
  );
}

/** A cell, in a field of its own or in an object of cells. Any other value is null here; the row's check reports it. */
function cellOf(record: RawRecord, modality: string, name: string): Cell | null {
  const source = Object.hasOwn(record.fields, name) ? record.fields : inlineCells(record, modality);
  const value = source && Object.hasOwn(source, name) ? source[name] : null;
  return isCell(value) ? value : null;
}

/** A record with the cells of a tabular modality as read. */
function withCells(record: RawRecord, modality: string, columns: readonly TableColumnCells[]): RawRecord {
  const read = (cells: Readonly<Record<string, unknown>>) => {
    const result = { ...cells };
    for (const { declared, inferred } of columns) {
      const { name } = declared;
      const { reading } = inferred;
      const cell = Object.hasOwn(cells, name) ? cells[name] : undefined;
      if (!isCell(cell)) continue;
      if (isMissing(cell, reading)) result[name] = null;
      else if (reading.type !== "category") result[name] = numberOf(cell, reading) ?? cell;
      else if (typeof cell === "string") result[name] = cell.trim();
    }
    return result;
  };
  const inline = inlineCells(record, modality);
  const fields = read(record.fields);
  if (inline) fields[modality] = read(inline);
  return { ...record, fields };
}
