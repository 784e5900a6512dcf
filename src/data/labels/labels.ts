/** Reads labels according to the stated task: text as numbers in regression, numbers as class names in classification. */

import { columnError, inferColumn, isMissing, numberOf, type PlacedCell } from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import { cellsOf } from "../columns/cells.js";
import { type ColumnNames, formatOf } from "../columns/index.js";
import { listed } from "../listed.js";
import type { Notice } from "../notice.js";
import type { RawRecord } from "../record.js";
import { sourceOf } from "../record.js";

interface LabelReader {
  /** The label as the task needs it; null if it is missing. */
  readonly read: (value: unknown) => unknown;
  readonly notices: Notice[];
}

/** Number of distinct numeric labels from which on they may be regression targets. */
const MANY = 20;

/** The reader of the labels of records. */
export function labelReader(
  records: readonly RawRecord[],
  { task, columns }: DatasetCard,
  column: ColumnNames = "label",
): LabelReader {
  const cells = cellsOf(records, "label");
  const where = sourceOf(records);
  const marked = task === "regression" ? [] : markedLabels(cells ?? [], where);
  if (task === "classification") {
    const read = (value: unknown) =>
      typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    return { read, notices: marked };
  }
  const there = cells?.filter(({ cell }) => cell !== null && cell !== "") ?? [];
  if (!cells || there.length === 0) return { read: (value) => value, notices: [] };
  if (task === undefined) {
    const isText = there.every(({ cell }) => typeof cell === "string");
    const { reading, distinct, odd } = inferColumn(isText ? cells : []);
    const isNumbers =
      reading.type === "number" && odd.length === 0 && distinct >= MANY && distinct > there.length / 2;
    const suspect: Notice = {
      code: "labels/numbers",
      where,
      text: `read its labels, ${distinct} different numbers, as class names; give the option \`task: "regression"\` if they are regression targets`,
      suspect: true,
    };
    return { read: (value) => value, notices: [...marked, ...(isText && isNumbers ? [suspect] : [])] };
  }
  const { name: _, ...declared } = columns?.find(({ name }) => name === column) ?? { name: "label" };
  const inferred = inferColumn(cells, { ...declared, type: "number" });
  const error = columnError(String(column), inferred);
  if (error) throw error;
  const { reading, marks, present, total } = inferred;
  const format = formatOf(inferred);
  const formatted: Notice[] =
    format === ""
      ? []
      : [{ code: "labels/format", where, text: `read the labels as numbers with ${format}` }];
  const notices: Notice[] =
    marks.length === 0
      ? formatted
      : [
          ...formatted,
          {
            code: "labels/missing",
            where,
            text: `took ${marks.map((mark) => JSON.stringify(mark)).join(" and ")} for missing labels (${total - present} of ${total})`,
          },
        ];
  const read = (value: unknown) => {
    if (typeof value !== "string") return value;
    return isMissing(value, reading) ? null : (numberOf(value, reading) ?? value);
  };
  return { read, notices };
}

/** A notice of class names that are missing-value marks in other columns; they are kept as classes. */
function markedLabels(cells: readonly PlacedCell[], where: string): Notice[] {
  const counts = new Map<string, number>();
  for (const { cell } of cells) {
    const name = typeof cell === "string" ? cell.trim() : "";
    const isMark: boolean = isMissing(name, { type: "number" });
    if (name !== "" && isMark) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size === 0) return [];
  const names = [...counts].map(([name, count]) => `${JSON.stringify(name)} (${count} rows)`);
  return [
    {
      code: "labels/marks",
      where,
      text: `read as class names: ${listed(names)}; empty the cells if they have no label`,
      suspect: true,
    },
  ];
}
