/**
 * How features vary within classes and between them, W and B, and the map P that makes both diagonal, Pᵀ W P = I and
 * Pᵀ B P = diag(b) (Fukunaga, 1990), in float64.
 *
 * W is pooled over the classes; B is that of their means, less what the means vary by chance, W / n̄, without negative
 * eigenvalues. Train classes are few, so both are drawn halfway towards their diagonals, (1 − γ) A + γ diag(A), in the
 * principal directions Q of W + B (after Hoffbeck and Landgrebe, 1996). There W + B is diagonal and stays what it is, and so do the
 * variances, of which ratios are made; what W and B have only against each other is halved. With W = L Lᵀ and L⁻¹ B L⁻ᵀ =
 * V diag(b) Vᵀ in these directions it is P = Q L⁻ᵀ V.
 */

import { CholeskyDecomposition, EVD, inverse, Matrix } from "ml-matrix";
import { type Arrays, float32, type NDArray } from "../../base/array.js";

/** γ. */
const TOWARDS_DIAGONAL = 0.5;
/** Added to W, as a share of its mean variance, for features that do not vary within classes. */
const LEAST_WITHIN = 1e-3;
/** The least variance between classes, of 1 within. */
const LEAST_BETWEEN = 1e-3;

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
  const principal = new EVD(Matrix.add(within, between), { assumeSymmetric: true }).eigenvectorMatrix;
  const load = Matrix.eye(width).mul((LEAST_WITHIN * within.trace()) / width);
  const root = new CholeskyDecomposition(shrunk(within, principal).add(load)).lowerTriangularMatrix;
  const back = inverse(root);
  const inner = back.mmul(shrunk(between, principal)).mmul(back.transpose());
  const { realEigenvalues, eigenvectorMatrix } = new EVD(inner, { assumeSymmetric: true });
  const map = principal.mmul(back.transpose()).mmul(eigenvectorMatrix);
  return {
    mean: float32(mean, [width]),
    map: float32(map.to1DArray(), [width, width]),
    logBetween: float32(
      realEigenvalues.map((b) => Math.log(Math.max(b, LEAST_BETWEEN))),
      [width],
    ),
  } satisfies Arrays;
}

/** The covariance `a` in the directions `q`, drawn towards its diagonal there. */
function shrunk(a: Matrix, q: Matrix): Matrix {
  const turned = q.transpose().mmul(a).mmul(q);
  // Rounding leaves it a little asymmetric, which the decompositions refuse.
  const even = Matrix.add(turned, turned.transpose()).mul((1 - TOWARDS_DIAGONAL) / 2);
  return even.add(Matrix.diag(turned.diagonal()).mul(TOWARDS_DIAGONAL));
}

/** The nearest matrix without negative eigenvalues. */
function positivePart(a: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix: q } = new EVD(a, { assumeSymmetric: true });
  return q.mmul(Matrix.diag(realEigenvalues.map((x) => Math.max(x, 0)))).mmul(q.transpose());
}
