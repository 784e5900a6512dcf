/**
 * Ridge regression onto class indicators or numbers, with leave-one-out predictions in closed form (Allen, 1974).
 *
 * For rows x_i with targets y_i and weights v_i, the weights W minimise Σ_i v_i ‖y_i − W x_i‖² + λ ‖W‖²:
 *
 *   W = (Xᵀ V X + λ I)⁻¹ Xᵀ V Y = Xᵀ (X Xᵀ + λ V⁻¹)⁻¹ Y
 *
 * The system of the smaller size is solved, in float64. With the leverage h_i = v_i x_iᵀ (Xᵀ V X + λ I)⁻¹ x_i, the
 * prediction of row i by a fit without it is y_i − (y_i − W x_i) / (1 − h_i).
 */

import { cholesky, inverseTransposed, solve } from "./cholesky.js";

export interface RidgeProblem {
  /** Features `[n, d]`, row-major. */
  readonly features: Float32Array;
  /** Width d of the features. */
  readonly width: number;
  /** Targets `[n, m]`. */
  readonly targets: Float64Array;
  /** Weights v `[n]`, positive. */
  readonly weights: Float64Array;
  /** λ. */
  readonly penalty: number;
}

export interface RidgeFit {
  /** W, transposed: `[d, m]`. */
  readonly coefficients: Float64Array;
  /** Predictions `[n, m]` of each row by a fit without it. */
  readonly leaveOneOut: Float64Array;
}

/** Fit a problem of at least one row. */
export function fitRidge(problem: RidgeProblem): RidgeFit {
  return problem.weights.length <= problem.width ? fitDual(problem) : fitPrimal(problem);
}

/** Smallest 1 − h: the leverage of a row that alone determines its prediction is 1 up to rounding. */
const LEAST = 1e-9;

function fitDual({ features, width: d, targets, weights, penalty }: RidgeProblem): RidgeFit {
  const n = weights.length;
  const m = targets.length / n;
  const matrix = gramOfRows(features, n, d);
  for (let i = 0; i < n; i++) matrix[i * n + i] += penalty / weights[i];
  const lower = cholesky(matrix, n);
  const dual = solve(lower, n, targets, m);
  const inverse = inverseTransposed(lower, n);
  const leaveOneOut = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    let diagonal = 0;
    for (let k = i; k < n; k++) diagonal += inverse[i * n + k] ** 2;
    for (let c = 0; c < m; c++) leaveOneOut[i * m + c] = targets[i * m + c] - dual[i * m + c] / diagonal;
  }
  const coefficients = new Float64Array(d * m);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < d; k++) {
      const x = features[i * d + k];
      for (let c = 0; c < m; c++) coefficients[k * m + c] += x * dual[i * m + c];
    }
  return { coefficients, leaveOneOut };
}

function fitPrimal({ features, width: d, targets, weights, penalty }: RidgeProblem): RidgeFit {
  const n = weights.length;
  const m = targets.length / n;
  const scaled = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    const root = Math.sqrt(weights[i]);
    for (let k = 0; k < d; k++) scaled[k * n + i] = root * features[i * d + k];
  }
  const matrix = gramOfRows(scaled, d, n);
  for (let k = 0; k < d; k++) matrix[k * d + k] += penalty;
  const lower = cholesky(matrix, d);
  const right = new Float64Array(d * m);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < d; k++) {
      const x = weights[i] * features[i * d + k];
      if (x !== 0) for (let c = 0; c < m; c++) right[k * m + c] += x * targets[i * m + c];
    }
  const coefficients = solve(lower, d, right, m);
  const inverse = inverseTransposed(lower, d);
  const leaveOneOut = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    const row = features.subarray(i * d, (i + 1) * d);
    const rest = Math.max(LEAST, 1 - weights[i] * squaredLength(inverse, row));
    for (let c = 0; c < m; c++) {
      let fitted = 0;
      for (let k = 0; k < d; k++) fitted += row[k] * coefficients[k * m + c];
      const target = targets[i * m + c];
      leaveOneOut[i * m + c] = target - (target - fitted) / rest;
    }
  }
  return { coefficients, leaveOneOut };
}

/** ‖L⁻¹ x‖² = xᵀ A⁻¹ x, with L⁻¹ as {@link inverseTransposed} stores it. */
function squaredLength(inverse: Float64Array, x: Float32Array): number {
  const d = x.length;
  const y = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const factor = x[j];
    if (factor !== 0) for (let i = j; i < d; i++) y[i] += inverse[j * d + i] * factor;
  }
  let sum = 0;
  for (let i = 0; i < d; i++) sum += y[i] * y[i];
  return sum;
}

/** X Xᵀ `[n, n]` of rows `[n, d]`. Blocks of 2 × 2 inner products read each row half as often. */
export function gramOfRows(x: Float32Array, n: number, d: number): Float64Array {
  const out = new Float64Array(n * n);
  const set = (i: number, j: number, value: number) => {
    out[i * n + j] = value;
    out[j * n + i] = value;
  };
  for (let i = 0; i < n; i += 2)
    for (let j = 0; j <= i; j += 2) {
      // A row beyond the last repeats it; the repeated products are not stored.
      const [a, b] = [i * d, Math.min(i + 1, n - 1) * d];
      const [u, v] = [j * d, Math.min(j + 1, n - 1) * d];
      let [au, av, bu, bv] = [0, 0, 0, 0];
      for (let k = 0; k < d; k++) {
        const [xa, xb, xu, xv] = [x[a + k], x[b + k], x[u + k], x[v + k]];
        au += xa * xu;
        av += xa * xv;
        bu += xb * xu;
        bv += xb * xv;
      }
      set(i, j, au);
      if (j + 1 < n) set(i, j + 1, av);
      if (i + 1 < n) set(i + 1, j, bu);
      if (i + 1 < n && j + 1 < n) set(i + 1, j + 1, bv);
    }
  return out;
}
