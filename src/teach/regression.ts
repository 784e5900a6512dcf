/**
 * The regression of an expert: ridge regression (ridge.ts), linear or, with curvature β > 0, with the kernel
 *
 *   k(x, y) = exp(β (x · y − 1)) − exp(−β)
 *
 * of unit vectors, which weighs products of features too. It is 0 for orthogonal vectors: with a constant part, examples
 * unlike any other would be drawn to the classes with more examples. The time of a fit grows with the number of examples
 * cubed, and it needs enough of them to gain; with few or very many examples the regression is linear.
 */

import { fitLogistic, type LogisticProblem } from "./logistic.js";
import { fitDual, fitPrimal, type RidgeTargets } from "./ridge.js";
import { addCombination } from "./rows.js";
import { matrixOf, type SupportRows, supportRows } from "./support-rows.js";

/** What outputs are computed by: x · coefficients `[d, m]`, or Σ_i k(x, x_i) dual_i over the rows, with `dual` `[n, m]`. */
export type RegressionForm =
  | { readonly coefficients: Float64Array; readonly isFolded?: true }
  | { readonly dual: Float64Array; readonly curvature: number };

interface Regression {
  readonly form: RegressionForm;
  /** Outputs `[m]` of a vector. */
  outputs(vector: Float32Array): Float64Array;
  /** Outputs `[n, m]` of the rows, each by a fit without it. */
  readonly leaveOneOut: Float64Array;
}

/** A regression and the vectors that it was fitted to. */
interface VectorRegression extends Regression {
  readonly rows: SupportRows;
}

/** λ of the linear form and of the curved one, whose kernel is 1 for equal vectors too. */
const PENALTY = { linear: 0.3, curved: 0.05 } as const;
/** μ of logistic regression. */
const LOGISTIC_PENALTY = 0.1;
/** Up to so many examples in all, or fewer per class, the linear form is as good. */
const FEW = { all: 32, perClass: 2 } as const;
/** The number of examples per number of a vector, and that in all, beyond which the linear form is used. */
const MANY = { perNumber: 5, all: 2048 } as const;
/** Columns to which sparse rows beyond MANY.all are folded. */
export const FOLDED = 1024;

/** Fit a regression to at least one vector of each of `classes` classes. */
export function fitRegression(
  vectors: readonly Float32Array[],
  { targets, weights }: Omit<RidgeTargets, "penalty">,
  { curvature, classes }: { readonly curvature: number; readonly classes: number },
): VectorRegression {
  const n = vectors.length;
  const width = vectors[0].length;
  const problem = { targets, weights, penalty: PENALTY.linear };
  const rows = supportRows(vectors);
  const enough = n > FEW.all && n >= FEW.perClass * classes;
  const curved = curvature > 0 && enough && n <= MANY.perNumber * width && n <= MANY.all;
  if (curved) return { rows, ...fitKernel(rows, { ...problem, penalty: PENALTY.curved }, curvature) };
  if (rows.matrix && n > width) return { rows, ...fitLinear(rows.matrix, width, problem) };
  if (rows.matrix || n <= MANY.all) return { rows, ...fitKernel(rows, problem, 0) };
  const linear = fitLinear(matrixOf(vectors.map(folded)), FOLDED, problem);
  const form = { ...linear.form, isFolded: true } as RegressionForm;
  return { rows, ...linear, form, outputs: (vector) => linear.outputs(folded(vector)) };
}

/** Fit logistic regression to at least one vector of each of two classes or more. */
export function fitClasses(
  vectors: readonly Float32Array[],
  classes: Pick<LogisticProblem, "labels" | "way" | "weights">,
): VectorRegression {
  const rows = supportRows(vectors);
  const { dual, leaveOneOut } = fitLogistic({ ...classes, kernel: rows.gram(), penalty: LOGISTIC_PENALTY });
  return { rows, form: { dual, curvature: 0 }, outputs: kernelOutputs(rows, dual, classes.way), leaveOneOut };
}

/** The dual form, with the inner product as the kernel if β is 0. */
function fitKernel(rows: SupportRows, problem: RidgeTargets, curvature: number): Regression {
  const n = problem.weights.length;
  const m = problem.targets.length / n;
  const constant = Math.exp(-curvature);
  const bent = (product: number) => Math.exp(curvature * (product - 1)) - constant;
  const kernel = rows.gram();
  if (curvature > 0)
    for (let i = 0; i < n; i++) for (let at = i * n; at <= i * n + i; at++) kernel[at] = bent(kernel[at]);
  const { dual, leaveOneOut } = fitDual(kernel, problem);
  const outputs = kernelOutputs(rows, dual, m, curvature > 0 ? bent : undefined);
  return { form: { dual, curvature }, outputs, leaveOneOut };
}

/** Σ_i k(x, x_i) a_i, with `bent` of the inner product as the kernel. */
function kernelOutputs(rows: SupportRows, dual: Float64Array, m: number, bent?: (product: number) => number) {
  return (vector: Float32Array): Float64Array => {
    const out = new Float64Array(m);
    const products = rows.products(vector);
    const factors = bent ? products.map(bent) : products;
    const to = products.length;
    addCombination(out, 0, m, dual, { factors, start: 0, stride: 1, from: 0, to, sign: 1 });
    return out;
  };
}

/** The primal form, of fewer numbers per vector than vectors. */
function fitLinear(features: Float64Array, width: number, problem: RidgeTargets): Regression {
  const m = problem.targets.length / problem.weights.length;
  const { coefficients, leaveOneOut } = fitPrimal({ ...problem, features, width });
  return {
    form: { coefficients },
    outputs(factors) {
      const out = new Float64Array(m);
      addCombination(out, 0, m, coefficients, { factors, start: 0, stride: 1, from: 0, to: width, sign: 1 });
      return out;
    },
    leaveOneOut,
  };
}

/** A vector of hashed features with fewer buckets. */
function folded(vector: Float32Array): Float32Array {
  const out = new Float32Array(FOLDED);
  for (let k = 0; k < vector.length; k++) if (vector[k] !== 0) out[k % FOLDED] += vector[k];
  return out;
}
