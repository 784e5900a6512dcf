/** Ridge regression against its normal equations, and leave-one-out predictions against fits without the row. */

import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { gramOf } from "./products.js";
import { fitDual, fitPrimal, fitRidge, type RidgeProblem } from "./ridge.js";

function problemOf(n: number, width: number, m: number): RidgeProblem {
  const { normal, uniform } = random(1, "ridge", n, width);
  return {
    features: Float64Array.from({ length: n * width }, normal),
    width,
    targets: Float64Array.from({ length: n * m }, normal),
    weights: Float64Array.from({ length: n }, () => 0.5 + uniform()),
    penalty: 0.3,
  };
}

/** X by Gaussian elimination with pivots of A X = Y. */
function eliminated(a: number[][], y: number[][]): number[][] {
  const rows = a.map((row, i) => [...row, ...y[i]]);
  const n = a.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    const scaled = rows[k].map((x) => x / rows[k][k]);
    rows[k] = scaled;
    for (let i = 0; i < n; i++)
      if (i !== k) {
        const factor = rows[i][k];
        rows[i] = rows[i].map((x, c) => x - factor * scaled[c]);
      }
  }
  return rows.map((row) => row.slice(n));
}

/** (Xᵀ V X + λ I)⁻¹ Xᵀ V Y over the rows of a problem but one. */
function direct({ features, width, targets, weights, penalty }: RidgeProblem, without = -1): number[][] {
  const n = weights.length;
  const m = targets.length / n;
  const rows = Array.from({ length: n }, (_, i) => i).filter((i) => i !== without);
  const sum = (f: (i: number) => number) => rows.reduce((total, i) => total + weights[i] * f(i), 0);
  const x = (i: number, k: number) => features[i * width + k];
  const range = (length: number) => Array.from({ length }, (_, k) => k);
  const matrix = range(width).map((k) =>
    range(width).map((l) => sum((i) => x(i, k) * x(i, l)) + (k === l ? penalty : 0)),
  );
  const right = range(width).map((k) => range(m).map((c) => sum((i) => x(i, k) * targets[i * m + c])));
  return eliminated(matrix, right);
}

const distance = (a: Float64Array, b: readonly number[]) => {
  expect(a).toHaveLength(b.length);
  return b.reduce((most, x, i) => Math.max(most, Math.abs(x - a[i])), 0);
};

describe.each([
  [6, 11, 3],
  [17, 5, 1],
  [9, 9, 4],
])("%i rows of %i features and %i targets", (n, width, m) => {
  const problem = problemOf(n, width, m);

  it("have the coefficients of a direct solution", () => {
    const expected = direct(problem).flat();
    expect(distance(fitRidge(problem).coefficients, expected)).toBeLessThan(1e-8);
    expect(distance(fitPrimal(problem).coefficients, expected)).toBeLessThan(1e-8);
  });

  it("have the same predictions in the dual form", () => {
    const { features, targets } = problem;
    const kernel = gramOf(features, n, width);
    const { dual, leaveOneOut } = fitDual(kernel.slice(), problem);
    const coefficients = direct(problem);
    for (let i = 0; i < n; i++)
      for (let c = 0; c < m; c++) {
        let [byDual, byPrimal] = [0, 0];
        for (let j = 0; j < n; j++) byDual += kernel[Math.max(i, j) * n + Math.min(i, j)] * dual[j * m + c];
        for (let k = 0; k < width; k++) byPrimal += features[i * width + k] * coefficients[k][c];
        expect(Math.abs(byDual - byPrimal)).toBeLessThan(1e-8);
      }
    expect(distance(leaveOneOut, [...fitPrimal(problem).leaveOneOut])).toBeLessThan(1e-8);
    expect(targets).toEqual(problemOf(n, width, m).targets);
  });

  it("have the leave-one-out predictions of fits without the row", () => {
    const expected = Array.from({ length: n }, (_, i) => {
      const coefficients = direct(problem, i);
      const row = problem.features.subarray(i * width, (i + 1) * width);
      return Array.from({ length: m }, (_, c) => row.reduce((sum, x, k) => sum + x * coefficients[k][c], 0));
    }).flat();
    expect(distance(fitRidge(problem).leaveOneOut, expected)).toBeLessThan(1e-8);
  });
});

it("predicts 0 for a row without the only row there is", () => {
  const problem = { ...problemOf(1, 3, 2), penalty: 1e-3 };
  expect(distance(fitRidge(problem).leaveOneOut, [0, 0])).toBeLessThan(1e-9);
});
