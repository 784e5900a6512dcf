/** A canonical order of rows, so that what is computed from a support is a function of the set of its examples. */

import type { Table } from "./table.js";

/**
 * `rows` of a table, sorted by their decoded values: modality by modality, missing before present, then element by
 * element, last by regression target. Rows that are equal in all of these may be in either order.
 */
export function canonicalOrder<R extends { readonly row: number }>(table: Table, rows: readonly R[]): R[] {
  const columns = Object.values(table.columns);
  const compare = (a: number, b: number): number => {
    for (const { data, present } of columns) {
      if (present[a] !== present[b]) return present[a] - present[b];
      const size = data.length / present.length;
      for (let i = 0; i < size; i++) {
        const difference = data[a * size + i] - data[b * size + i];
        if (difference !== 0) return difference;
      }
    }
    return (table.rows[a].target ?? 0) - (table.rows[b].target ?? 0);
  };
  return [...rows].sort((a, b) => compare(a.row, b.row));
}
