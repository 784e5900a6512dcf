/**
 * Generalised canonical correlation, MAXVAR (Kettenring, 1971; with missing modalities: van de Velden, Takane, 2012;
 * Rastogi, Van Durme, Arora, 2015): linear maps U_m and a shared representation G minimise Σ_m ‖K_m (G − X_m U_m)‖², with
 * the presence mask K_m, K = Σ_m K_m, under the constraint Gᵀ K G = tr K · I.
 *
 * With C_m = X_mᵀ X_m + ρ_m I and A = K^−½ [X_1 C_1^−½, …, X_M C_M^−½], AᵀA w = λ w gives the columns
 * U_m = √(tr K · λ) C_m^−½ w_m for the largest λ, and G = K^−1 Σ_m X_m U_m / λ: per row, the mean of the projections
 * present over λ, which is 1 if all modalities agree. Half as many columns as features are kept.
 *
 * The loss is the spread of the X_m U_m around their mean, with the maps held constant; dgcca.ts uses the distance to G.
 */

import { EVD, Matrix } from "ml-matrix";
import { float32, type NDArray } from "../base/array.js";
import type { Tensor } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import { applyMaps, centredViews, type LinearMap, type LinearMaps, linearMap } from "./maps.js";
import { spreadAroundMean } from "./mean.js";
import { defineAlignment } from "./types.js";

/** ρ relative to the mean variance: regularises features of no variance. */
const RIDGE = 1e-4;
/** Eigenvalues below it count as zero. */
const MIN_EIGENVALUE = 1e-6;

/** A fitted GCCA: `maps` `[width, size]` per modality and `eigenvalues` λ `[size]`, largest first; size = ⌈width / 2⌉. */
export interface Gcca {
  readonly maps: LinearMaps;
  readonly eigenvalues: NDArray;
}

/** Fit GCCA to `features` `[N, width]` with presence masks `[N]`, both per modality. */
export function fitGcca(features: ByModality<NDArray>, present: ByModality<NDArray>): Gcca {
  const { rows, means, counts } = centredViews(features, present);
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
      const column = Matrix.columnVector(vector.slice(m * width, (m + 1) * width));
      const factor = value > MIN_EIGENVALUE ? Math.sqrt(trace * value) : 0;
      return whiteners[m].mmul(column).mul(factor).to1DArray();
    });
    return [name, linearMap(means[name], new Matrix(columns).transpose())] as const;
  });
  const eigenvalues = largest.map(({ value }) => (value > MIN_EIGENVALUE ? value : 1));
  return { maps: Object.fromEntries(maps), eigenvalues: float32(eigenvalues, [size]) };
}

/** (XᵀX + ρI)^−½ `[width, width]` of `x` `[N, width]`. */
function inverseRoot(x: Matrix): Matrix {
  const gram = x.transpose().mmul(x);
  const ridge = RIDGE * (gram.trace() / gram.rows) + Number.MIN_VALUE;
  const parts = eigen(gram).map(({ value, vector }) => {
    const column = Matrix.columnVector(vector);
    return column.mmul(column.transpose()).div(Math.sqrt(Math.max(value, 0) + ridge));
  });
  return parts.reduce((sum, part) => sum.add(part));
}

/** Eigenvalues of a symmetric matrix with their eigenvectors, largest first. */
function eigen(matrix: Matrix): { value: number; vector: number[] }[] {
  const { realEigenvalues, eigenvectorMatrix } = new EVD(matrix, { assumeSymmetric: true });
  return realEigenvalues
    .map((value, i) => ({ value, vector: eigenvectorMatrix.getColumn(i) }))
    .sort((a, b) => b.value - a.value);
}

export const gcca = defineAlignment({
  name: "gcca",
  summary: "spread of the modalities' canonical projections around their mean",
  source: "Kettenring 1971; Rastogi, Van Durme, Arora 2015",
  solve: (features, present) => fitGcca(features, present).maps,
  loss: (features, present, _params, maps: ByModality<LinearMap<Tensor>>) =>
    spreadAroundMean(applyMaps(maps, features), present),
});
