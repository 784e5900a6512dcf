/**
 * Within- and between-class covariances of features, W and B, and the map P that diagonalises both, Pᵀ W P = I and
 * Pᵀ B P = diag(b) (Fukunaga, 1990), in float64.
 *
 * W is pooled over the classes; B is the covariance of the class means minus the part due to sampling, W / n̄, without
 * negative eigenvalues. Since train classes are few, both are shrunk halfway towards their diagonals, (1 − γ) A +
 * γ diag(A), in the principal directions Q of W + B (after Hoffbeck and Landgrebe, 1996). There W + B is diagonal and does
 * not change, nor do the variances, whose ratios matter; only the opposite off-diagonal parts of W and B are divided by 2. With
 * W = L Lᵀ and L⁻¹ B L⁻ᵀ = V diag(b) Vᵀ in these directions, P = Q L⁻ᵀ V.
 */

import { CholeskyDecomposition, EVD, inverse, Matrix } from "ml-matrix";
import { type Arrays, float32, type NDArray } from "../../base/array.js";

/** γ. */
const SHRINKAGE = 0.5;
/** Added to the diagonal of W, relative to its mean variance, for features without variance within classes. */
const MIN_WITHIN = 1e-3;
/** Smallest b: variance between classes relative to within. */
const MIN_BETWEEN = 1e-3;

/**
 * Parameters of plda.ts from `features` `[N, width]` and their class `labels`; undefined if there is only one class, or no
 * variance within classes.
 */
export function solveTwoCovariances({ data, shape: [n, width] }: NDArray, labels: readonly string[]) {
  const names = [...new Set(labels)];
  const classes = names.length;
  if (classes < 2) return undefined;
  const x = Matrix.from1DArray(n, width, [...data]);
  const membership = new Matrix(names.map((name) => labels.map((label) => Number(label === name))));
  const means = membership.mmul(x).divColumnVector(membership.sum("row"));
  const centred = Matrix.sub(x, membership.transpose().mmul(means));
  const within = centred
    .transpose()
    .mmul(centred)
    .div(Math.max(n - classes, 1));
  if (!(within.trace() > 0)) return undefined;
  const mean = means.mean("column");
  const centredMeans = means.clone().subRowVector(mean);
  const samplingPart = Matrix.mul(within, classes / n);
  const between = positivePart(
    centredMeans
      .transpose()
      .mmul(centredMeans)
      .div(classes - 1)
      .sub(samplingPart),
  );
  const principal = new EVD(Matrix.add(within, between), { assumeSymmetric: true }).eigenvectorMatrix;
  const ridge = Matrix.eye(width).mul((MIN_WITHIN * within.trace()) / width);
  const root = new CholeskyDecomposition(shrunk(within, principal).add(ridge)).lowerTriangularMatrix;
  const inverseRoot = inverse(root);
  const whitened = inverseRoot.mmul(shrunk(between, principal)).mmul(inverseRoot.transpose());
  const { realEigenvalues, eigenvectorMatrix } = new EVD(whitened, { assumeSymmetric: true });
  const map = principal.mmul(inverseRoot.transpose()).mmul(eigenvectorMatrix);
  return {
    mean: float32(mean, [width]),
    map: float32(map.to1DArray(), [width, width]),
    logBetween: float32(
      realEigenvalues.map((b) => Math.log(Math.max(b, MIN_BETWEEN))),
      [width],
    ),
  } satisfies Arrays;
}

/** The covariance `a` in the directions `q`, shrunk towards its diagonal there. */
function shrunk(a: Matrix, q: Matrix): Matrix {
  const rotated = q.transpose().mmul(a).mmul(q);
  // Rounding leaves it slightly asymmetric, which the decompositions reject.
  const offDiagonal = Matrix.add(rotated, rotated.transpose()).mul((1 - SHRINKAGE) / 2);
  return offDiagonal.add(Matrix.diag(rotated.diagonal()).mul(SHRINKAGE));
}

/** The nearest positive semidefinite matrix. */
function positivePart(a: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix: q } = new EVD(a, { assumeSymmetric: true });
  return q.mmul(Matrix.diag(realEigenvalues.map((x) => Math.max(x, 0)))).mmul(q.transpose());
}
