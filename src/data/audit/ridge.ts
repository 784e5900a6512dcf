/**
 * Leave-one-out class scores by ridge regression onto one-hot labels: with A = xᵀx + λI and the leverage h = x A⁻¹ x of a
 * row, its score without the row itself is (x A⁻¹ xᵀY − h y) / (1 − h) (Allen, 1974).
 *
 * The inverse is computed here: for 1,024 dimensions it takes 1 s, and the linear algebra library 20 s.
 */

import type { Engine } from "../../engine/index.js";
import { eachProduct, gram } from "./products.js";

/** λ as a share of the mean of A's diagonal. */
const strength = 0.05;

/**
 * Visit the leave-one-out scores, float32 `[classes]`, of every row of `[rows, width]`; overwritten after the call. `classOf`
 * has the class index of each row.
 */
export async function leaveOneOutScores(
  engine: Engine,
  data: Float32Array,
  width: number,
  classOf: ArrayLike<number>,
  classes: number,
  visit: (row: number, scores: Float32Array) => void,
  signal?: AbortSignal,
): Promise<void> {
  const matrix = await gram(engine, data, width);
  let trace = 0;
  for (let i = 0; i < width; i++) trace += matrix[i * width + i];
  for (let i = 0; i < width; i++) matrix[i * width + i] += (strength * trace) / width || 1;
  const root = inverseRoot(matrix, width);
  const sums = new Float64Array(width * classes);
  for (let row = 0; row < classOf.length; row++)
    for (let d = 0; d < width; d++) sums[d * classes + classOf[row]] += data[row * width + d];
  // Columns: classes' weights A⁻¹ xᵀY = Rᵀ(R xᵀY), then R itself, whose products with x have the squared length h.
  const columns = classes + width;
  const right = new Float32Array(width * columns);
  const weights = multiplyTransposed(root, multiply(root, sums, width, classes), width, classes);
  for (let d = 0; d < width; d++) {
    for (let c = 0; c < classes; c++) right[d * columns + c] = weights[d * classes + c];
    for (let e = 0; e < width; e++) right[d * columns + classes + e] = root[e * width + d];
  }
  const scores = new Float32Array(classes);
  const visitProducts = (row: number, products: Float32Array) => {
    let leverage = 0;
    for (let i = classes; i < columns; i++) leverage += products[i] ** 2;
    const rest = Math.max(1e-3, 1 - leverage);
    for (let c = 0; c < classes; c++) scores[c] = (products[c] - (c === classOf[row] ? leverage : 0)) / rest;
    visit(row, scores);
  };
  await eachProduct(engine, data, width, right, visitProducts, signal);
}

/** R = L⁻¹, lower triangular, of A = L Lᵀ `[n, n]`, so that A⁻¹ = Rᵀ R. */
function inverseRoot(matrix: Float64Array, n: number): Float64Array {
  const lower = Float64Array.from(matrix);
  for (let j = 0; j < n; j++)
    for (let i = j; i < n; i++) {
      let sum = lower[i * n + j];
      for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k];
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j];
    }
  const root = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++)
      for (let c = 0; c <= k; c++) root[i * n + c] -= lower[i * n + k] * root[k * n + c];
    for (let c = 0; c < i; c++) root[i * n + c] /= lower[i * n + i];
    root[i * n + i] = 1 / lower[i * n + i];
  }
  return root;
}

/** R y for lower triangular R `[n, n]` and y `[n, m]`. */
function multiply(root: Float64Array, y: Float64Array, n: number, m: number): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let k = 0; k <= i; k++) for (let c = 0; c < m; c++) out[i * m + c] += root[i * n + k] * y[k * m + c];
  return out;
}

/** Rᵀ y. */
function multiplyTransposed(root: Float64Array, y: Float64Array, n: number, m: number): Float64Array {
  const out = new Float64Array(n * m);
  for (let k = 0; k < n; k++)
    for (let i = 0; i <= k; i++) for (let c = 0; c < m; c++) out[i * m + c] += root[k * n + i] * y[k * m + c];
  return out;
}
