/** The largest standardised value of rows: which input to suspect when a loss or a prediction is not finite. */

import { sizeOf } from "../base/array.js";
import type { Column, Table } from "./table.js";

/** A modality's value in a row, in standard deviations from the train rows' mean. */
export interface LargestInput {
  readonly modality: string;
  readonly where: string;
  readonly size: number;
}

/** Standard deviations beyond which an input is extreme: no real measurement is, and float32 overflows on its square's powers. */
export const EXTREME = 1e4;

/** The largest absolute value among `rows` (indexes of `table.rows`); undefined if no modality has standardised numbers. */
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

/** Text has no numbers but positions in a vocabulary; of a table's columns, the first part is numbers. */
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
