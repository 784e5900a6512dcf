/**
 * How features vary within classes and between them, W and B, and the map P that makes both diagonal, Pᵀ W P = I and
 * Pᵀ B P = diag(b) (Fukunaga, 1990), in float64: with W = L Lᵀ and L⁻¹ B L⁻ᵀ = V diag(b) Vᵀ it is P = L⁻ᵀ V.
 *
 * W is pooled over the classes, B that of their means, less what the means vary by chance, W / n̄. Train classes are few and
 * unseen ones vary elsewhere too, so both are drawn towards a multiple of I (Friedman, 1989): a share of their mean variance is
 * added in every direction.
 */

import { CholeskyDecomposition, EVD, inverse, Matrix } from "ml-matrix";
import { type Arrays, float32, type NDArray } from "../base/array.js";

/** Added to W and to B, as shares of their mean variance. */
const [WITHIN, BETWEEN] = [0.3, 0.1];
/** The least variance between classes, of 1 within. */
const LEAST = 1e-3;

/**
 * The parameters of plda.ts for `features` [N, width] of the classes `labels` [N]; undefined where no class varies, or there is
 * only one.
 */
export function solveTwoCovariances({ data, shape: [n, width] }: NDArray, labels: readonly string[]) {
  const names = [...new Set(labels)];
  const classes = names.length;
  if (classes < 2) return undefined;
  const x = Matrix.from1DArray(n, width, [...data]);
  const isOf = new Matrix(names.map((name) => labels.map((label) => Number(label === name))));
  const means = isOf.mmul(x).divColumnVector(isOf.sum("row"));
  const away = Matrix.sub(x, isOf.transpose().mmul(means));
  const within = away
    .transpose()
    .mmul(away)
    .div(Math.max(n - classes, 1));
  if (!(within.trace() > 0)) return undefined;
  const mean = means.mean("column");
  const spread = means.clone().subRowVector(mean);
  const chance = Matrix.mul(within, classes / n);
  const between = positivePart(
    spread
      .transpose()
      .mmul(spread)
      .div(classes - 1)
      .sub(chance),
  );
  const root = new CholeskyDecomposition(loaded(within, WITHIN)).lowerTriangularMatrix;
  const back = inverse(root);
  const inner = back.mmul(loaded(between, BETWEEN)).mmul(back.transpose());
  const { realEigenvalues, eigenvectorMatrix } = new EVD(inner, { assumeSymmetric: true });
  const map = back.transpose().mmul(eigenvectorMatrix);
  return {
    mean: float32(mean, [width]),
    map: float32(map.to1DArray(), [width, width]),
    logBetween: float32(
      realEigenvalues.map((b) => Math.log(Math.max(b, LEAST))),
      [width],
    ),
  } satisfies Arrays;
}

/** A + share · tr A / width · I. */
const loaded = (a: Matrix, share: number) =>
  Matrix.add(a, Matrix.eye(a.rows).mul((share * a.trace()) / a.rows));

/** The nearest matrix without negative eigenvalues. */
function positivePart(a: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix: q } = new EVD(a, { assumeSymmetric: true });
  return q.mmul(Matrix.diag(realEigenvalues.map((x) => Math.max(x, 0)))).mmul(q.transpose());
}
