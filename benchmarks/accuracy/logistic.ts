/**
 * Logistic regression fitted to each support by itself, in float64: W minimises −Σ_i log softmax(x_i W + b)_{y_i} + ½ ‖W‖² (the
 * penalty that scikit-learn has by default), x standardised by the support; cells that a table lacks are 0.
 *
 * x has mean 0, so W = Xᵀβ, and steps by Böhning's (1992) bound on the Hessian, ½ XᵀX + I, never overshoot:
 * β ← β − (½ XXᵀ + I)⁻¹ (P − Y + β), b ← b − (2 / n) Σ_i (P − Y)_i.
 */

import { inverse, Matrix } from "ml-matrix";
import type { Table } from "../../src/episode/index.js";
import { largestOf, type Rival } from "./rival.js";

const steps = 300;

/** Rows of standardised cells and the classes [0, way) they are of; gives the logits of rows. */
export function fitLogistic(rows: readonly number[][], labels: readonly number[], way: number) {
  const x = new Matrix(rows as number[][]);
  const gram = x.mmul(x.transpose());
  const bound = inverse(Matrix.add(Matrix.mul(gram, 0.5), Matrix.eye(rows.length)));
  let beta = Matrix.zeros(rows.length, way);
  let bias: number[] = Array(way).fill(0);
  for (let step = 0; step < steps; step++) {
    const logits = gram.mmul(beta).addRowVector(bias);
    const away = new Matrix(
      logits.to2DArray().map((row, i) => {
        const top = Math.max(...row);
        const raised = row.map((z) => Math.exp(z - top));
        const all = raised.reduce((a, b) => a + b);
        return raised.map((p, k) => p / all - Number(labels[i] === k));
      }),
    );
    const moved = away.sum("column") as number[];
    bias = bias.map((b, k) => b - (2 / rows.length) * moved[k]);
    beta = Matrix.sub(beta, bound.mmul(Matrix.add(away, beta)));
  }
  const weight = x.transpose().mmul(beta);
  return (row: number[]) => new Matrix([row]).mmul(weight).addRowVector(bias).to1DArray();
}

/** The numbers of a row of the modality `table`, whose arrays are [3, columns]. */
function cellsOf({ columns: { table } }: Table, row: number): number[] {
  const size = table.data.length / table.present.length;
  return [...table.data.subarray(row * size, row * size + size / 3)];
}

export const logistic: Rival = (table, { classes, support, query }) => {
  const own = support.map(({ row }) => cellsOf(table, row));
  const scales = own[0].map((_, c) => {
    const mean = own.reduce((sum, row) => sum + row[c], 0) / own.length;
    const variance = own.reduce((sum, row) => sum + (row[c] - mean) ** 2, 0) / own.length;
    return { mean, std: variance > 1e-10 * mean * mean ? Math.sqrt(variance) : Number.POSITIVE_INFINITY };
  });
  const standardised = (cells: number[]) => cells.map((x, c) => (x - scales[c].mean) / scales[c].std);
  const labels = support.map(({ label }) => label);
  const logits = fitLogistic(own.map(standardised), labels, classes.length);
  return query.map(({ row }) => largestOf(logits(standardised(cellsOf(table, row)))));
};
