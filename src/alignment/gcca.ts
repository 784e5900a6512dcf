/**
 * Generalised canonical correlation, MAXVAR (Kettenring, 1971; with what is absent left out: van de Velden, Takane,
 * 2012; Rastogi, Van Durme, Arora, 2015): linear maps U_m and a common G make Σ_m ‖K_m (G − X_m U_m)‖² least, where the
 * mask K_m says who has m, K = Σ_m K_m, and Gᵀ K G = tr K · I keeps G from vanishing.
 *
 * With C_m = X_mᵀ X_m + ρ_m I and A = K^−½ [X_1 C_1^−½, …, X_M C_M^−½], AᵀA w = λ w gives the columns U_m = √(tr K · λ)
 * C_m^−½ w_m for the largest λ, and then G = K^−1 Σ_m X_m U_m / λ: row by row the mean of what is present, over λ, which is
 * 1 where all agree. Half as many columns as features are kept.
 *
 * As a loss: the spread of the X_m U_m around their mean, with the maps held constant. dgcca.ts draws towards G itself.
 */

import { EVD, Matrix } from "ml-matrix";
import { float32, type NDArray } from "../base/array.js";
import type { ByModality } from "../fusion/index.js";
import { type Maps, mapOf, transformed, viewsOf } from "./maps.js";
import { mean } from "./mean.js";
import { defineAlignment } from "./types.js";

/** ρ, as a share of the mean variance: keeps features that do not vary from having a say. */
const RIDGE = 1e-4;
/** Correlations below it are none. */
const LEAST = 1e-6;

/** The maps [width, width / 2] by modality, and their λ [width / 2], largest first. */
export interface Gcca {
  readonly maps: Maps;
  readonly values: NDArray;
}

export function fitGcca(features: ByModality<NDArray>, present: ByModality<NDArray>): Gcca {
  const { rows, means, counts } = viewsOf(features, present);
  const names = Object.keys(rows);
  const width = means[names[0]].length;
  const whiteners = names.map((name) => inverseRoot(rows[name]));
  const a = Matrix.zeros(counts.length, names.length * width);
  for (const [m, name] of names.entries()) a.setSubMatrix(rows[name].mmul(whiteners[m]), 0, m * width);
  a.mulColumnVector(counts.map((k) => 1 / Math.sqrt(k)));
  const size = Math.ceil(width / 2);
  const largest = eigen(a.transpose().mmul(a)).slice(0, size);
  const trace = counts.reduce((sum, k) => sum + k, 0);
  const maps = names.map((name, m) => {
    const columns = largest.map(({ value, vector }) => {
      const own = Matrix.columnVector(vector.slice(m * width, (m + 1) * width));
      const factor = value > LEAST ? Math.sqrt(trace * value) : 0;
      return whiteners[m].mmul(own).mul(factor).to1DArray();
    });
    return [name, mapOf(means[name], new Matrix(columns).transpose())] as const;
  });
  const values = largest.map(({ value }) => (value > LEAST ? value : 1));
  return { maps: Object.fromEntries(maps), values: float32(values, [size]) };
}

/** (XᵀX + ρI)^−½. */
function inverseRoot(x: Matrix): Matrix {
  const gram = x.transpose().mmul(x);
  const ridge = RIDGE * (gram.trace() / gram.rows) + Number.MIN_VALUE;
  const parts = eigen(gram).map(({ value, vector }) => {
    const column = Matrix.columnVector(vector);
    return column.mmul(column.transpose()).div(Math.sqrt(Math.max(value, 0) + ridge));
  });
  return parts.reduce((sum, part) => sum.add(part));
}

/** Eigenvalues of a symmetric matrix with their vectors, largest first. */
function eigen(matrix: Matrix): { value: number; vector: number[] }[] {
  const { realEigenvalues, eigenvectorMatrix } = new EVD(matrix, { assumeSymmetric: true });
  return realEigenvalues
    .map((value, i) => ({ value, vector: eigenvectorMatrix.getColumn(i) }))
    .sort((a, b) => b.value - a.value);
}

export const gcca = defineAlignment({
  name: "gcca",
  summary: "the spread of what linear maps find common to the modalities",
  source: "Kettenring 1971; Rastogi, Van Durme, Arora 2015",
  solve: (features, present) => fitGcca(features, present).maps,
  loss: (features, present, params, maps) =>
    mean.loss(transformed(maps as never, features), present, params, {}),
});
