/**
 * Solves symmetric positive definite systems in float64, by Cholesky factorisation A = L Lᵀ.
 *
 * Nearly all of the time goes to Σ_k L_jk x_k for many j and x, which is computed for two x and two j at a time (dots.ts).
 */

import { BLOCK_COLUMNS, BLOCK_ROWS, RESULTS, type Workspace, withWorkspace } from "./dots.js";
import { addCombination } from "./rows.js";

/** A matrix in a workspace: its first number, numbers from row to row, which is even, and rows, a multiple of a block's. */
interface Placed {
  readonly at: number;
  readonly stride: number;
  readonly rows: number;
}

function placed(at: number, n: number, count = n): Placed {
  const rows = Math.ceil(count / BLOCK_ROWS) * BLOCK_ROWS;
  return { at, stride: n + (n % BLOCK_COLUMNS), rows };
}

const endOf = ({ at, stride, rows }: Placed) => at + stride * rows;

/** Copy the lower triangle of a matrix `[n, n]` to its place; zeros elsewhere. */
function load(numbers: Float64Array, { at, stride, rows }: Placed, matrix: Float64Array, n: number): void {
  numbers.fill(0, at, at + stride * rows);
  for (let i = 0; i < n; i++) numbers.set(matrix.subarray(i * n, i * n + i + 1), at + i * stride);
}

/**
 * Replace the lower triangle of A `[n, n]`, row-major, by L with A = L Lᵀ, and the rest by 0. A pivot below 1e-12 counts as
 * 1e-12. Returns the changed matrix.
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const place = placed(RESULTS, n);
  withWorkspace(endOf(place), (workspace) => {
    const { numbers } = workspace;
    const { at, stride } = place;
    load(numbers, place, matrix, n);
    for (let i = 0; i < n; i += BLOCK_ROWS) {
      substitute(workspace, place, at + i * stride, 0, i);
      factorBlock(workspace, place, i, n);
    }
    for (let i = 0; i < n; i++) {
      matrix.set(numbers.subarray(at + i * stride, at + i * stride + i + 1), i * n);
      matrix.fill(0, i * n + i + 1, (i + 1) * n);
    }
  });
  return matrix;
}

/** Finish a block of rows of L, from row i on, whose columns before i are done. */
function factorBlock(workspace: Workspace, { at, stride }: Placed, i: number, n: number): void {
  const { numbers } = workspace;
  const last = Math.min(i + BLOCK_ROWS, n);
  for (let j = i; j < last; j += BLOCK_COLUMNS) {
    workspace.multiply(at + i * stride, stride, at + j * stride, stride, i);
    for (let row = i; row < last; row++)
      for (let c = j; c < j + BLOCK_COLUMNS; c++)
        numbers[at + row * stride + c] -= numbers[(row - i) * BLOCK_COLUMNS + (c - j)];
  }
  for (let row = i; row < last; row++)
    for (let j = i; j <= row; j++) {
      const [a, b] = [at + row * stride, at + j * stride];
      let rest = numbers[a + j];
      for (let k = i; k < j; k++) rest -= numbers[a + k] * numbers[b + k];
      numbers[a + j] = row === j ? Math.sqrt(Math.max(rest, 1e-12)) : rest / numbers[b + j];
    }
}

/** Solve L y = x in place for a block of rows x, columns `from` to `to`; those before `from`, which is even, are 0. */
function substitute(workspace: Workspace, { at, stride }: Placed, x: number, from: number, to: number): void {
  const { numbers } = workspace;
  for (let j = from; j < to; j += BLOCK_COLUMNS) {
    const u = at + j * stride;
    workspace.multiply(x + from, stride, u + from, stride, j - from);
    const pivot = numbers[u + j];
    const isLast = j + 1 >= to;
    const [below, next] = isLast ? [0, 1] : [numbers[u + stride + j], numbers[u + stride + j + 1]];
    for (let row = 0; row < BLOCK_ROWS; row++) {
      const place = x + row * stride + j;
      const y = (numbers[place] - numbers[BLOCK_COLUMNS * row]) / pivot;
      numbers[place] = y;
      if (!isLast)
        numbers[place + 1] = (numbers[place + 1] - numbers[BLOCK_COLUMNS * row + 1] - below * y) / next;
    }
  }
}

/** Rows `[count, n]`: `fill` writes a block from a row on to a place that is 0, and states the column that they start at. */
type Fill = (numbers: Float64Array, at: number, stride: number, row: number) => number;

/** ‖L⁻¹ x‖² for each of `count` rows x. */
function solvedNorms(lower: Float64Array, n: number, count: number, fill: Fill): Float64Array {
  const place = placed(RESULTS, n);
  const block = placed(endOf(place), n, BLOCK_ROWS);
  const norms = new Float64Array(count);
  withWorkspace(endOf(block), (workspace) => {
    const { numbers } = workspace;
    const { at, stride } = block;
    load(numbers, place, lower, n);
    for (let row = 0; row < count; row += BLOCK_ROWS) {
      numbers.fill(0, at, endOf(block));
      const from = fill(numbers, at, stride, row);
      substitute(workspace, place, at, from, n);
      for (let i = row; i < Math.min(row + BLOCK_ROWS, count); i++) {
        const start = at + (i - row) * stride;
        let sum = 0;
        for (let k = start + from; k < start + n; k++) sum += numbers[k] * numbers[k];
        norms[i] = sum;
      }
    }
  });
  return norms;
}

/** xᵀ A⁻¹ x = ‖L⁻¹ x‖² for each row x of `rows` `[count, n]`. */
export function inverseNorms(
  lower: Float64Array,
  n: number,
  rows: Float64Array,
  count: number,
): Float64Array {
  return solvedNorms(lower, n, count, (numbers, at, stride, row) => {
    for (let i = row; i < Math.min(row + BLOCK_ROWS, count); i++)
      numbers.set(rows.subarray(i * n, (i + 1) * n), at + (i - row) * stride);
    return 0;
  });
}

/** The diagonal of A⁻¹ `[n]`. */
export function inverseDiagonal(lower: Float64Array, n: number): Float64Array {
  return solvedNorms(lower, n, n, (numbers, at, stride, row) => {
    for (let i = row; i < Math.min(row + BLOCK_ROWS, n); i++) numbers[at + (i - row) * stride + i] = 1;
    return row;
  });
}

/** A⁻¹ Y for A = L Lᵀ and Y `[n, m]`, row-major. */
export function solve(lower: Float64Array, n: number, right: Float64Array, m: number): Float64Array {
  const x = Float64Array.from(right);
  const divide = (i: number) => {
    for (let c = 0; c < m; c++) x[i * m + c] /= lower[i * n + i];
  };
  for (let i = 0; i < n; i++) {
    addCombination(x, i * m, m, x, { factors: lower, start: i * n, stride: 1, from: 0, to: i, sign: -1 });
    divide(i);
  }
  for (let i = n - 1; i >= 0; i--) {
    addCombination(x, i * m, m, x, { factors: lower, start: i, stride: n, from: i + 1, to: n, sign: -1 });
    divide(i);
  }
  return x;
}
