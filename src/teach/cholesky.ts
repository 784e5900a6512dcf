/**
 * Solves symmetric positive definite systems in float64, by Cholesky factorisation A = L Lᵀ.
 *
 * Nearly all of the time goes to Σ_k L_jk x_k for many j and x, which is computed for four x and two j at a time, so that
 * each number read takes part in several products.
 */

import { addCombination } from "./rows.js";

/**
 * The lower triangular L `[n, n]` of A = L Lᵀ, row-major; A's lower triangle is read. Entries above the diagonal are 0.
 * A pivot below 1e-12 counts as 1e-12.
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) lower[i * n + j] = matrix[i * n + j];
  for (let i = 0; i < n; i += ROWS) {
    substitute(lower, n, lower, { first: i, last: n - 1, from: 0, to: i });
    for (let row = i; row < Math.min(i + ROWS, n); row++) factorRow(lower, n, row, i);
  }
  return lower;
}

/** Finish a row of L, whose columns before `from` are done. */
function factorRow(lower: Float64Array, n: number, row: number, from: number): void {
  for (let j = from; j <= row; j++) {
    let rest = lower[row * n + j];
    for (let k = 0; k < j; k++) rest -= lower[row * n + k] * lower[j * n + k];
    lower[row * n + j] = row === j ? Math.sqrt(Math.max(rest, 1e-12)) : rest / lower[j * n + j];
  }
}

/** Rows that {@link substitute} solves together. */
const ROWS = 4;

/** Which rows and columns to solve: four rows from `first`, of which none is beyond `last`; columns `from` to `to`. */
interface Block {
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Solve L y = x in place for rows x `[·, n]`, whose columns before `from` are 0.
 */
function substitute(lower: Float64Array, n: number, x: Float64Array, { first, last, from, to }: Block): void {
  // A row beyond the last repeats it: it is solved again, to the same numbers.
  const a = first * n;
  const b = Math.min(first + 1, last) * n;
  const c = Math.min(first + 2, last) * n;
  const d = Math.min(first + 3, last) * n;
  for (let j = from; j < to; j += 2) {
    const u = j * n;
    const w = Math.min(j + 1, to - 1);
    const v = w * n;
    let [au, bu, cu, du] = [x[a + j], x[b + j], x[c + j], x[d + j]];
    let [av, bv, cv, dv] = [x[a + w], x[b + w], x[c + w], x[d + w]];
    for (let k = from; k < j; k++) {
      const lu = lower[u + k];
      const lv = lower[v + k];
      const xa = x[a + k];
      const xb = x[b + k];
      const xc = x[c + k];
      const xd = x[d + k];
      au -= lu * xa;
      av -= lv * xa;
      bu -= lu * xb;
      bv -= lv * xb;
      cu -= lu * xc;
      cv -= lv * xc;
      du -= lu * xd;
      dv -= lv * xd;
    }
    const pivot = lower[u + j];
    x[a + j] = au /= pivot;
    x[b + j] = bu /= pivot;
    x[c + j] = cu /= pivot;
    x[d + j] = du /= pivot;
    if (w === j) break;
    const below = lower[v + j];
    const next = lower[v + w];
    x[a + w] = (av - below * au) / next;
    x[b + w] = (bv - below * bu) / next;
    x[c + w] = (cv - below * cu) / next;
    x[d + w] = (dv - below * du) / next;
  }
}

/** xᵀ A⁻¹ x = ‖L⁻¹ x‖² for each row x of `rows` `[count, n]`. */
export function inverseNorms(
  lower: Float64Array,
  n: number,
  rows: Float64Array,
  count: number,
): Float64Array {
  const solved = Float64Array.from(rows);
  for (let first = 0; first < count; first += ROWS)
    substitute(lower, n, solved, { first, last: count - 1, from: 0, to: n });
  return squaredLengths(solved, n, count);
}

/** The diagonal of A⁻¹ `[n]`. */
export function inverseDiagonal(lower: Float64Array, n: number): Float64Array {
  const solved = new Float64Array(n * n);
  for (let i = 0; i < n; i++) solved[i * n + i] = 1;
  for (let first = 0; first < n; first += ROWS)
    substitute(lower, n, solved, { first, last: n - 1, from: first, to: n });
  return squaredLengths(solved, n, n);
}

function squaredLengths(rows: Float64Array, n: number, count: number): Float64Array {
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) for (let k = 0; k < n; k++) out[i] += rows[i * n + k] ** 2;
  return out;
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
