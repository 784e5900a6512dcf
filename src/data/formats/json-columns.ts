/** Parses CSV columns of JSON arrays: strokes and vectors. */

import { Faults } from "../../base/faults.js";
import type { DatasetCard } from "../card.js";
import { mediaModality, type RawRecord, whereOf } from "../record.js";
import { parseJson } from "./json.js";

const plainFields = new Set(["id", "label", "split", "group"]);
const isArray = (cell: string) => /^\s*\[.*\]\s*$/s.test(cell);
const isNumbers = (cell: string) => /^[\s[\],\d.eE+-]*$|null|NaN/.test(cell);

/**
 * Parse the cells of columns of JSON arrays: every cell is in brackets, and half of the cells hold numbers only. Columns
 * declared as text stay, and so do texts in brackets (`[laughs] the match …`).
 */
export function readJsonColumns(
  records: readonly RawRecord[],
  columns: readonly string[],
  { modalities }: DatasetCard,
): void {
  const errors = new Faults();
  for (const column of columns) {
    const kind = Object.hasOwn(modalities, column) ? modalities[column].kind : undefined;
    if (plainFields.has(column) || mediaModality(column) !== undefined || kind === "text") continue;
    const having = records.filter(({ fields }) => String(fields[column] ?? "").trim() !== "");
    const cells = having.map(({ fields }) => fields[column] as string);
    if (cells.length === 0 || !cells.every(isArray)) continue;
    if (kind === undefined && cells.filter(isNumbers).length < cells.length / 2) continue;
    const remedy = `Correct the cell, or declare "${column}" with kind "text" in dataset.json.`;
    for (const record of having)
      errors.attempt(() => {
        const { fields } = record;
        fields[column] = parseJson(fields[column] as string, `${whereOf(record)}, field "${column}"`, remedy);
      });
  }
  errors.throwAny();
}
