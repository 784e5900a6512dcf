/** Reads the cells of declared tables by column: numbers and dates become numbers, marks of missing cells go. */

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
  type PlacedCell,
} from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import type { Notice } from "../notice.js";
import type { RawRecord } from "../rows.js";
import { notice, placeOf, quoted } from "./fields.js";
import { areMixed, areWhole, commonFormat } from "./undeclared.js";

interface TableCells {
  readonly declared: ColumnDeclaration;
  readonly cells: PlacedCell[];
  readonly inferred: InferredColumn;
}

/**
 * A card whose tables' columns say how they are read, and records whose cells are so read. `known` is what was inferred
 * of columns before, from the same records.
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
    const columns = inferAll(records, modality, declared, known);
    for (const {
      declared: { name },
      inferred,
    } of columns) {
      const error = columnError(name, inferred);
      if (error) errors.add(error);
    }
    notices.push(...noticesOf(columns, placeOf(records)));
    const kept = columns.filter(({ inferred, declared, cells }) => !isEmpty(inferred, declared, cells));
    const typed = kept.map(({ declared: { name }, inferred: { reading } }) => ({ name, ...reading }));
    const { categorical: _, ...others } = options;
    modalities[modality] = { kind, options: { ...others, columns: typed } };
    read = read.map((record) => withCells(record, modality, columns));
  }
  errors.throwAny();
  return { card: { ...card, modalities }, records: read, notices };
}

const isTable = (value: unknown): value is Record<string, Cell | null> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const inlineOf = ({ fields }: RawRecord, modality: string): Record<string, Cell | null> | undefined => {
  const value = Object.hasOwn(fields, modality) ? fields[modality] : undefined;
  return isTable(value) ? value : undefined;
};

/** The columns of values that are given as objects of cells. */
function inlineColumns(records: readonly RawRecord[], modality: string): ColumnDeclaration[] {
  const names = new Set(records.flatMap((record) => Object.keys(inlineOf(record, modality) ?? {})));
  return [...names].map((name) => ({ name }));
}

function inferAll(
  records: readonly RawRecord[],
  modality: string,
  declared: readonly ColumnDeclaration[],
  known: ReadonlyMap<string, InferredColumn>,
): TableCells[] {
  const columns = declared.map((declared): TableCells => {
    const { name } = declared;
    const cells = records.map((record) => ({ cell: cellOf(record, modality, name), where: record.where }));
    const before = known.get(name);
    const isSettled = before && (declared.type ?? before.reading.type) === before.reading.type;
    return { declared, cells, inferred: isSettled ? before : inferColumn(cells, declared) };
  });
  const format = commonFormat(columns.map(({ inferred }) => inferred));
  return columns.map((column) =>
    column.inferred.ambiguous && format
      ? { ...column, inferred: inferColumn(column.cells, column.declared, format) }
      : column,
  );
}

/** A cell, in a field of its own or in an object of cells. What is no cell is left for the check of the row. */
function cellOf(record: RawRecord, modality: string, name: string): Cell | null {
  const inline = inlineOf(record, modality);
  const source = Object.hasOwn(record.fields, name) ? record.fields : inline;
  const value = source && Object.hasOwn(source, name) ? source[name] : null;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** Whether a column that nobody typed has cells, and none that says anything. */
const isEmpty = (
  { present }: InferredColumn,
  { type }: ColumnDeclaration,
  cells: readonly PlacedCell[],
): boolean => present === 0 && type === undefined && cells.some(({ cell }) => cell !== null);

function withCells(record: RawRecord, modality: string, columns: readonly TableCells[]): RawRecord {
  const inline = inlineOf(record, modality);
  const read = (from: Record<string, unknown>) => {
    const result = { ...from };
    for (const {
      declared: { name },
      inferred: { reading },
    } of columns) {
      const cell = Object.hasOwn(from, name) ? from[name] : undefined;
      if (typeof cell !== "string" && typeof cell !== "number" && typeof cell !== "boolean") continue;
      if (isMissing(cell, reading)) result[name] = null;
      else if (reading.type !== "category") result[name] = numberOf(cell, reading) ?? cell;
      else if (typeof cell === "string") result[name] = cell.trim();
    }
    return result;
  };
  const fields = read(record.fields);
  if (inline) fields[modality] = read(inline);
  return { ...record, fields };
}

/** What was decided about columns whose reading nobody stated. */
function noticesOf(columns: readonly TableCells[], where: string): Notice[] {
  const open = columns.filter(
    ({ declared: { type }, inferred, cells, declared }) =>
      type === undefined && !isEmpty(inferred, declared, cells) && inferred.present > 0,
  );
  const called = ({ declared: { name } }: TableCells) => quoted(name);
  const numbers = open.filter(({ inferred: { reading } }) => reading.type === "number");
  const dates = open.filter(({ inferred: { reading } }) => reading.type === "date");
  const categories = open.filter(({ inferred: { reading } }) => reading.type === "category");
  const marked = columns.filter(({ inferred: { marks } }) => marks.length > 0);
  const blank = columns.filter(
    ({ inferred: { marks, present, total } }) => marks.length === 0 && present > 0 && present < total,
  );
  // A model's columns have a type; how a later file writes its numbers may differ.
  const formatted = columns.filter(
    ({ declared: { decimal, thousands, unit }, inferred }) =>
      inferred.reading.type === "number" &&
      inferred.present > 0 &&
      formatOf(inferred) !== "" &&
      [decimal, thousands, unit].every((stated) => stated === undefined),
  );
  const mixed = categories.filter(({ inferred }) => areMixed(inferred));
  const distinct = open.filter(
    ({ inferred: { present, distinct, reading, total }, cells }) =>
      total >= 8 &&
      distinct === present &&
      present === total &&
      (reading.type === "category" || (reading.type === "number" && areWhole(cells))),
  );
  const empty = columns.filter(({ inferred, declared, cells }) => isEmpty(inferred, declared, cells));
  return [
    ...notice("columns/numbers", where, "read as numbers: ", numbers.map(called)),
    ...notice(
      "columns/categories",
      where,
      "read as categories: ",
      categories.map(
        (column) => `${called(column)} (${column.inferred.distinct}${column.inferred.codes ? " codes" : ""})`,
      ),
    ),
    ...notice(
      "columns/dates",
      where,
      "read as dates, ",
      dates.map(
        (column) =>
          `${called(column)} (${column.inferred.reading.unit} since 1970, ${orderOf(column.inferred)})`,
      ),
    ),
    ...notice(
      "columns/format",
      where,
      "read numbers ",
      formatted.map((column) => `in ${called(column)} with ${formatOf(column.inferred)}`),
    ),
    ...notice(
      "columns/missing",
      where,
      "took for missing cells: ",
      marked.map((column) => {
        const { marks, present, total } = column.inferred;
        return `${marks.map((mark) => JSON.stringify(mark)).join(" and ")} in ${called(column)} (${total - present} of ${total} cells missing)`;
      }),
    ),
    ...notice(
      "columns/blank",
      where,
      "empty cells are missing: ",
      blank.map(
        (column) =>
          `${column.inferred.total - column.inferred.present} of ${column.inferred.total} in ${called(column)}`,
      ),
    ),
    ...notice("columns/empty", where, "left out, since no row has a cell: ", empty.map(called), true),
    ...notice(
      "columns/mixed",
      where,
      "read as categories though many cells are numbers: ",
      mixed.map(
        (column) => `${called(column)} (${column.inferred.numeric} of ${column.inferred.present} cells)`,
      ),
      true,
    ),
    ...notice(
      "columns/distinct",
      where,
      "a different value in every row, as ids have: ",
      distinct.map(called),
      true,
    ),
  ];
}

const orderOf = ({ reading: { order } }: InferredColumn): string =>
  ({ DMY: "day, month, year", MDY: "month, day, year", YMD: "year first" })[order ?? "YMD"];

/** How numbers are written, in words; empty if plainly. */
export function formatOf({ reading: { decimal, thousands, unit } }: InferredColumn): string {
  const separators = { ",": "commas", ".": "points", " ": "spaces", "'": "apostrophes" };
  return [
    ...(decimal ? ["decimal commas"] : []),
    ...(thousands ? [`${separators[thousands]} between thousands`] : []),
    ...(unit === undefined ? [] : [`the unit ${unit}`]),
  ].join(", ");
}
