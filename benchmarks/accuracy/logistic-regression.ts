/**
 * Logistic regression fitted to the support of each episode, in float64:
 *
 *   min_{W, b} −Σ_i log softmax(x_i W + b)_{y_i} + ½ ‖W‖²    (scikit-learn's default penalty)
 *
 * x is standardised by the support; missing cells are 0. Since x has mean 0, W = Xᵀβ. With Böhning's (1992) bound on the
 * Hessian, ½ XXᵀ + I, every step decreases the objective:
 *
 *   β ← β − (½ XXᵀ + I)⁻¹ (P − Y + β),    b ← b − (2 / n) Σ_i (P − Y)_i
 */

import { inverse, Matrix } from "ml-matrix";
import type { Table } from "../../src/episode/index.js";
import { argmax, type BaselinePredictor } from "./baseline-predictor.js";

const STEPS = 300;

/** Fit to standardised rows [n, columns] with labels in [0, way). Returns a function from one row to its logits [way]. */
export function fitLogistic(rows: readonly number[][], labels: readonly number[], way: number) {
  const x = new Matrix(rows as number[][]);
  const gram = x.mmul(x.transpose());
  const inverseBound = inverse(Matrix.add(Matrix.mul(gram, 0.5), Matrix.eye(rows.length)));
  let beta = Matrix.zeros(rows.length, way);
  let bias: number[] = Array(way).fill(0);
  for (let step = 0; step < STEPS; step++) {
    const logits = gram.mmul(beta).addRowVector(bias).to2DArray();
    const residual = new Matrix(
      logits.map((row, i) => softmax(row).map((p, k) => p - Number(labels[i] === k))),
    );
    const biasGradient = residual.sum("column") as number[];
    bias = bias.map((b, k) => b - (2 / rows.length) * biasGradient[k]);
    beta = Matrix.sub(beta, inverseBound.mmul(Matrix.add(residual, beta)));
  }
  const weight = x.transpose().mmul(beta);
  return (row: number[]) => new Matrix([row]).mmul(weight).addRowVector(bias).to1DArray();
}

function softmax(logits: readonly number[]): number[] {
  const max = Math.max(...logits);
  const exponentials = logits.map((z) => Math.exp(z - max));
  const sum = exponentials.reduce((a, b) => a + b);
  return exponentials.map((e) => e / sum);
}

/** The numeric cells of a row of the modality `table`, whose rows are [3, columns]. */
function cellsOf({ columns: { table } }: Table, row: number): number[] {
  const size = table.data.length / table.present.length;
  return [...table.data.subarray(row * size, row * size + size / 3)];
}

/** Fit to rows of cells, which are standardised by them. Returns a function from one row to its label. */
export function logisticClassifier(
  rows: readonly number[][],
  labels: readonly number[],
  way: number,
): (cells: readonly number[]) => number {
  const scales = rows[0].map((_, c) => {
    const mean = rows.reduce((sum, row) => sum + row[c], 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + (row[c] - mean) ** 2, 0) / rows.length;
    return { mean, std: variance > 1e-10 * mean * mean ? Math.sqrt(variance) : Number.POSITIVE_INFINITY };
  });
  const standardise = (cells: readonly number[]) => cells.map((x, c) => (x - scales[c].mean) / scales[c].std);
  const logits = fitLogistic(rows.map(standardise), labels, way);
  return (cells) => argmax(logits(standardise(cells)));
}

/** Predict from the modality `table`. */
export const logisticRegression: BaselinePredictor = (table, { classes, support, query }) => {
  const rows = support.map(({ row }) => cellsOf(table, row));
  const labels = support.map(({ label }) => label);
  const labelOf = logisticClassifier(rows, labels, classes.length);
  return query.map(({ row }) => labelOf(cellsOf(table, row)));
};
