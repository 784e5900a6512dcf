/** Factorisation, solutions and inverses of random positive definite matrices of sizes around the block size. */

import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { cholesky, inverseDiagonal, inverseNorms, solve } from "./cholesky.js";

const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 30];

/** B Bᵀ + I for a random B `[n, n]`. */
function positive(n: number): Float64Array {
  const b = Float64Array.from({ length: n * n }, random(1, "matrix", n).normal);
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = Number(i === j);
    for (let k = 0; k < n; k++) sum += b[i * n + k] * b[j * n + k];
    return sum;
  });
}

/** A X `[n, m]`. */
const times = (a: Float64Array, n: number, x: Float64Array, m: number) =>
  Float64Array.from({ length: n * m }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[Math.floor(at / m) * n + k] * x[k * m + (at % m)];
    return sum;
  });

const distance = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);

const identity = (n: number) =>
  Float64Array.from({ length: n * n }, (_, at) => Number(Math.floor(at / n) === at % n));

describe.each(sizes)("a matrix of size %i", (n) => {
  const matrix = positive(n);
  const lower = cholesky(matrix.slice(), n);

  it("is L Lᵀ for a lower triangular L", () => {
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += lower[i * n + k] * lower[j * n + k];
        expect(sum).toBeCloseTo(matrix[i * n + j], 9);
        if (j > i) expect(lower[i * n + j]).toBe(0);
      }
  });

  it.each([1, 2, 5])("solves A X = Y for %i columns", (m) => {
    const right = Float64Array.from({ length: n * m }, random(2, "right", n, m).normal);
    expect(distance(times(matrix, n, solve(lower, n, right, m), m), right)).toBeLessThan(1e-9);
  });

  it("gives the diagonal of the inverse and xᵀ A⁻¹ x", () => {
    const inverse = solve(lower, n, identity(n), n);
    const diagonal = inverse.filter((_, at) => Math.floor(at / n) === at % n);
    expect(distance(inverseDiagonal(lower, n), diagonal)).toBeLessThan(1e-9);
    const rows = Float64Array.from({ length: 3 * n }, random(3, "rows", n).normal);
    const norms = Float64Array.from({ length: 3 }, (_, i) => {
      const x = rows.subarray(i * n, (i + 1) * n);
      return times(inverse, n, x, 1).reduce((sum, y, k) => sum + y * x[k], 0);
    });
    expect(distance(inverseNorms(lower, n, rows, 3), norms)).toBeLessThan(1e-8);
  });
});

it("bounds the pivots of a singular matrix", () => {
  const lower = cholesky(new Float64Array([1, 1, 1, 1]), 2);
  expect(lower[3]).toBeCloseTo(1e-6, 12);
});
