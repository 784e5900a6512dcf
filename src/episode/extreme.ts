/** Finds the largest standardised input value of rows, the likely cause of a loss or prediction that is not finite. */

import { sizeOf } from "../base/array.js";
import type { Column, Table } from "./table.js";

/** The value of a modality in a row, in standard deviations from the mean of the train rows. */
export interface LargestInput {
  readonly modality: string;
  readonly where: string;
  readonly size: number;
}

/** Standard deviations beyond which an input is extreme: far beyond measurements, and powers of its square overflow float32. */
export const EXTREME = 1e4;

/** The largest absolute value of `rows` (indexes of `table.rows`); undefined if no modality has standardised values. */
export function largestInput(table: Table, rows: Iterable<number>): LargestInput | undefined {
  let largest: LargestInput | undefined;
  for (const row of new Set(rows))
    for (const [modality, column] of Object.entries(table.columns)) {
      const size = column.present[row] ? largestOf(column, row) : undefined;
      if (size === undefined || (largest && size <= largest.size)) continue;
      largest = { modality, where: `${table.rows[row].where}, field "${modality}"`, size };
    }
  return largest;
}

/** The largest absolute value of one row. Text has none (its array holds bucket numbers); in a table, the first channel does. */
function largestOf({ spec, data }: Column, row: number): number | undefined {
  if (spec.kind === "text") return undefined;
  const size = sizeOf(spec.shape);
  const end = spec.kind === "tabular" ? size / spec.shape[0] : size;
  let most = 0;
  for (let k = 0; k < end; k++) {
    const value = Math.abs(data[row * size + k]);
    if (!(value <= most)) most = value;
  }
  return Number.isNaN(most) ? Number.POSITIVE_INFINITY : most;
}
