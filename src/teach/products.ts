/** Products of matrices of rows, A Bᵀ and X Xᵀ, by panels of rows that stay in the processor's cache. */

import { BLOCK_COLUMNS, BLOCK_ROWS, RESULTS, type Workspace, withWorkspace } from "./dots.js";

/** Rows `[count, width]`, one after the other or as a list. */
type Rows = Float64Array | readonly Float32Array[];

/** Numbers of the panels of A and of B. */
const PANELS = { first: 1 << 16, second: 1 << 14 } as const;
const MAX_ROWS = 256;

/** Rows of a panel of `size` numbers: a multiple of a block's. */
function rowsOf(size: number, stride: number): number {
  const fitting = Math.floor(size / stride / BLOCK_ROWS) * BLOCK_ROWS;
  return Math.max(BLOCK_ROWS, Math.min(MAX_ROWS, fitting));
}

/** Copy rows `from` to `to` to a place, each followed by zeros up to `stride`. */
function load(
  numbers: Float64Array,
  at: number,
  rows: Rows,
  { width, stride }: { width: number; stride: number },
  [from, to]: readonly [number, number],
): void {
  if (rows instanceof Float64Array && stride === width) {
    numbers.set(rows.subarray(from * width, to * width), at);
    return;
  }
  for (let i = from; i < to; i++) {
    const start = at + (i - from) * stride;
    numbers.set(rows instanceof Float64Array ? rows.subarray(i * width, (i + 1) * width) : rows[i], start);
    if (stride > width) numbers[start + width] = 0;
  }
}

/** A Bᵀ `[n, m]` of rows A `[n, width]` and B `[m, width]`. */
export function productsOf(a: Rows, n: number, b: Rows, m: number, width: number): Float64Array {
  return blockwise(a, n, b, m, width, () => true);
}

/** The lower triangle of X Xᵀ `[n, n]` of rows `[n, width]`; zeros above it. */
export function gramOf(x: Rows, n: number, width: number): Float64Array {
  return blockwise(x, n, x, n, width, (row, column) => column <= row);
}

/** A Bᵀ, of which the products are computed that `isNeeded` of their row and column. */
function blockwise(
  a: Rows,
  n: number,
  b: Rows,
  m: number,
  width: number,
  isNeeded: (row: number, column: number) => boolean,
): Float64Array {
  const stride = width + (width % BLOCK_COLUMNS);
  const [rows, columns] = [rowsOf(PANELS.first, stride), rowsOf(PANELS.second, stride)];
  const [first, second] = [RESULTS, RESULTS + rows * stride];
  const out = new Float64Array(n * m);
  withWorkspace(second + columns * stride, (workspace) => {
    const { numbers } = workspace;
    const form = { width, stride };
    for (let i = 0; i < n; i += rows) {
      const lastRow = Math.min(i + rows, n);
      load(numbers, first, a, form, [i, lastRow]);
      for (let j = 0; j < m && isNeeded(lastRow - 1, j); j += columns) {
        const lastColumn = Math.min(j + columns, m);
        load(numbers, second, b, form, [j, lastColumn]);
        for (let row = i; row < lastRow; row += BLOCK_ROWS)
          for (let column = j; column < lastColumn; column += BLOCK_COLUMNS) {
            if (!isNeeded(row + BLOCK_ROWS - 1, column)) break;
            workspace.multiply(
              first + (row - i) * stride,
              stride,
              second + (column - j) * stride,
              stride,
              stride,
            );
            store(workspace, out, { n, m, row, column }, isNeeded);
          }
      }
    }
  });
  return out;
}

/** Copy the products of a block to their places. */
function store(
  { numbers }: Workspace,
  out: Float64Array,
  { n, m, row, column }: { n: number; m: number; row: number; column: number },
  isNeeded: (row: number, column: number) => boolean,
): void {
  for (let k = 0, i = row; i < Math.min(row + BLOCK_ROWS, n); i++)
    for (let j = column; j < column + BLOCK_COLUMNS; j++, k++)
      if (j < m && isNeeded(i, j)) out[i * m + j] = numbers[k];
}
