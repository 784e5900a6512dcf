/**
 * Ridge regression onto class indicators or numbers, with leave-one-out predictions in closed form (Allen, 1974).
 *
 * For rows x_i with targets y_i and weights v_i, the weights W minimise Σ_i v_i ‖y_i − W x_i‖² + λ ‖W‖²:
 *
 *   W = (Xᵀ V X + λ I)⁻¹ Xᵀ V Y = Xᵀ (X Xᵀ + λ V⁻¹)⁻¹ Y
 *
 * The system of the smaller size is solved, in float64. With the leverage h_i = v_i x_iᵀ (Xᵀ V X + λ I)⁻¹ x_i, the
 * prediction of row i by a fit without it is y_i − (y_i − W x_i) / (1 − h_i); with the dual coefficients
 * A = (K + λ V⁻¹)⁻¹ Y, where K = X Xᵀ or any other kernel, it is y_i − a_i / ((K + λ V⁻¹)⁻¹)_ii.
 */

import { cholesky, inverseDiagonal, inverseNorms, solve } from "./cholesky.js";
import { gramOf } from "./products.js";
import { addCombination } from "./rows.js";

/** Targets, weights and penalty of a ridge regression on n rows. */
export interface RidgeTargets {
  /** Targets `[n, m]`. */
  readonly targets: Float64Array;
  /** Weights v `[n]`, positive. */
  readonly weights: Float64Array;
  /** λ. */
  readonly penalty: number;
}

export interface RidgeProblem extends RidgeTargets {
  /** Features `[n, d]`, row-major. */
  readonly features: Float64Array;
  /** Width d of the features. */
  readonly width: number;
}

export interface DualFit {
  /** A `[n, m]`: the prediction of x is Σ_i k(x, x_i) a_i. */
  readonly dual: Float64Array;
  /** Predictions `[n, m]` of each row by a fit without it. */
  readonly leaveOneOut: Float64Array;
}

export interface RidgeFit {
  /** W, transposed: `[d, m]`. */
  readonly coefficients: Float64Array;
  /** Predictions `[n, m]` of each row by a fit without it. */
  readonly leaveOneOut: Float64Array;
}

/** Fit a problem of at least one row. */
export function fitRidge(problem: RidgeProblem): RidgeFit {
  const { features, width, weights } = problem;
  const n = weights.length;
  if (n > width) return fitPrimal(problem);
  const { dual, leaveOneOut } = fitDual(gramOf(features, n, width), problem);
  return { coefficients: transposedProduct(features, width, dual, n), leaveOneOut };
}

/** Fit the dual form to a kernel matrix K `[n, n]`, of which the lower triangle is read; it is overwritten. */
export function fitDual(kernel: Float64Array, { targets, weights, penalty }: RidgeTargets): DualFit {
  const n = weights.length;
  const m = targets.length / n;
  for (let i = 0; i < n; i++) kernel[i * n + i] += penalty / weights[i];
  const lower = cholesky(kernel, n);
  const dual = solve(lower, n, targets, m);
  const diagonal = inverseDiagonal(lower, n);
  const leaveOneOut = dual.map((a, at) => targets[at] - a / diagonal[Math.floor(at / m)]);
  return { dual, leaveOneOut };
}

/** Rows of a product that are read for all of its results before the next ones, so that they stay in the processor's cache. */
const BLOCK = 16;
/** Smallest 1 − h: the leverage of a row that alone determines its prediction is 1 up to rounding. */
const LEAST = 1e-9;

/** Fit the primal form, whose system is of size d. */
export function fitPrimal({ features, width: d, targets, weights, penalty }: RidgeProblem): RidgeFit {
  const n = weights.length;
  const m = targets.length / n;
  const columns = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const root = Math.sqrt(weights[i]);
    for (let k = 0; k < d; k++) columns[k * n + i] = root * features[i * d + k];
  }
  const matrix = gramOf(columns, d, n);
  for (let k = 0; k < d; k++) matrix[k * d + k] += penalty;
  const lower = cholesky(matrix, d);
  const weighted = targets.map((y, at) => weights[Math.floor(at / m)] * y);
  const coefficients = solve(lower, d, transposedProduct(features, d, weighted, n), m);
  const norms = inverseNorms(lower, d, features, n);
  const leaveOneOut = new Float64Array(n * m);
  for (let from = 0; from < d; from += BLOCK) {
    const to = Math.min(from + BLOCK, d);
    for (let i = 0; i < n; i++) {
      const row = { factors: features, start: i * d, stride: 1, from, to, sign: 1 } as const;
      addCombination(leaveOneOut, i * m, m, coefficients, row);
    }
  }
  for (let i = 0; i < n; i++) {
    const rest = Math.max(LEAST, 1 - weights[i] * norms[i]);
    for (let at = i * m; at < (i + 1) * m; at++)
      leaveOneOut[at] = targets[at] - (targets[at] - leaveOneOut[at]) / rest;
  }
  return { coefficients, leaveOneOut };
}

/** Xᵀ Y `[d, m]` of rows X `[n, d]` and Y `[n, m]`. */
function transposedProduct(x: Float64Array, d: number, y: Float64Array, n: number): Float64Array {
  const m = y.length / n;
  const out = new Float64Array(d * m);
  for (let from = 0; from < n; from += BLOCK) {
    const to = Math.min(from + BLOCK, n);
    for (let k = 0; k < d; k++)
      addCombination(out, k * m, m, y, { factors: x, start: k, stride: d, from, to, sign: 1 });
  }
  return out;
}
