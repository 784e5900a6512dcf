/**
 * Multinomial logistic regression with a kernel: the scores F = K A, with K = X Xᵀ, minimise
 *
 *   J(A) = −Σ_i v_i log p_i(y_i) + μ/2 tr(Aᵀ K A),   p_i = softmax(F_i)
 *
 * by conjugate gradients in the space of the kernel (Polak and Ribière, 1969), where the gradient is G = μ A − V (Y − P). The
 * length of a step is exact for the quadratic model along it.
 *
 * Scores without a row's own label are those of one Newton step from A that leaves the row out (Rad and Maleki, 2020), with
 * one number w in place of the curvatures p (1 − p) of all rows and classes: with h_i = (K (w V K + μ I)⁻¹)_ii,
 *
 *   F_i − h_i v_i (Y_i − P_i) / (1 − w v_i h_i)
 */

import { cholesky, inverseDiagonal } from "./cholesky.js";
import { productsOf } from "./products.js";

export interface LogisticProblem {
  /** K `[n, n]`, of which the lower triangle is read. */
  readonly kernel: Float64Array;
  /** The class of each row, below `way`. */
  readonly labels: readonly number[];
  readonly way: number;
  /** Weights v `[n]`, positive. */
  readonly weights: Float64Array;
  /** μ. */
  readonly penalty: number;
}

export interface LogisticFit {
  /** A `[n, way]`: the score of x is Σ_i k(x, x_i) a_i. */
  readonly dual: Float64Array;
  /** Scores `[n, way]` of each row by a fit without it, approximately. */
  readonly leaveOneOut: Float64Array;
}

/** Steps, after which the accuracy of new examples no longer grows. */
const STEPS = 12;
/** The decrease of J that a step must bring, as a share of what its rate of change promises, or else it is shorter. */
const SUFFICIENT = 1e-4;
const MOST_SHORTER = 20;
/** w as a multiple of the mean of p (1 − p) over rows and classes: the own class of a row, which matters most, is more curved. */
const OWN_CURVATURE = 4;

/** Fit a problem of at least one row. */
export function fitLogistic(problem: LogisticProblem): LogisticFit {
  const { labels, way } = problem;
  const n = labels.length;
  const kernel = symmetric(problem.kernel, n);
  const times = (x: Float64Array) => productsOf(kernel, n, transposed(x, n, way), way, n);
  let at = pointAt(problem, new Float64Array(n * way), new Float64Array(n * way));
  let direction: Float64Array | undefined;
  let along = new Float64Array(0);
  let before: { readonly gradient: Float64Array; readonly squared: number } | undefined;
  for (let step = 0; step < STEPS; step++) {
    const { gradient } = at;
    const steepest = times(gradient);
    const squared = dot(gradient, steepest);
    if (!(squared > 0)) break;
    const turn = before ? Math.max(0, (squared - dot(steepest, before.gradient)) / before.squared) : 0;
    const previous: Float64Array | undefined = direction;
    const [d, kd] = [gradient.slice(), steepest.slice()];
    if (previous && turn > 0)
      for (let k = 0; k < d.length; k++) {
        d[k] += turn * previous[k];
        kd[k] += turn * along[k];
      }
    before = { gradient, squared };
    [direction, along] = [d, kd];
    const next = stepFrom(at, d, kd, problem);
    if (!next) break;
    at = next;
  }
  return { dual: at.dual, leaveOneOut: withoutOwn(at, kernel, problem) };
}

/** A point of the descent. */
interface Point {
  /** A. */
  readonly dual: Float64Array;
  /** F = K A. */
  readonly scores: Float64Array;
  /** P. */
  readonly probabilities: Float64Array;
  /** G. */
  readonly gradient: Float64Array;
  /** J. */
  readonly value: number;
}

/** All `[n, way]`. */
function pointAt(
  { labels, way, weights, penalty }: LogisticProblem,
  dual: Float64Array,
  scores: Float64Array,
): Point {
  const probabilities = new Float64Array(scores.length);
  const gradient = new Float64Array(scores.length);
  let value = (penalty / 2) * dot(dual, scores);
  for (const [i, label] of labels.entries()) {
    const start = i * way;
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < way; c++) largest = Math.max(largest, scores[start + c]);
    let sum = 0;
    for (let c = 0; c < way; c++) sum += probabilities[start + c] = Math.exp(scores[start + c] - largest);
    value += weights[i] * (Math.log(sum) + largest - scores[start + label]);
    for (let c = 0; c < way; c++) {
      const p = probabilities[start + c] / sum;
      probabilities[start + c] = p;
      gradient[start + c] = penalty * dual[start + c] - weights[i] * (Number(c === label) - p);
    }
  }
  return { dual, scores, probabilities, gradient, value };
}

/** The point after a step along `d` or against it, whose product with the kernel is `kd`; undefined if none lowers J. */
function stepFrom(at: Point, d: Float64Array, kd: Float64Array, problem: LogisticProblem): Point | undefined {
  const rate = dot(kd, at.gradient);
  const curvature = problem.penalty * dot(d, kd) + lossCurvature(at.probabilities, kd, problem);
  if (rate === 0 || !(curvature > 0)) return undefined;
  let length = rate / curvature;
  for (let tries = 0; tries < MOST_SHORTER; tries++, length /= 2) {
    const dual = at.dual.map((a, k) => a - length * d[k]);
    const scores = at.scores.map((f, k) => f - length * kd[k]);
    const next = pointAt(problem, dual, scores);
    if (next.value <= at.value - SUFFICIENT * length * rate) return next;
  }
  return undefined;
}

/** The second derivative of the loss along a change `kd` of the scores: Σ_i v_i (Σ_c p kd² − (Σ_c p kd)²). */
function lossCurvature(p: Float64Array, kd: Float64Array, { way, weights }: LogisticProblem): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    let [mean, square] = [0, 0];
    for (let at = i * way; at < (i + 1) * way; at++) {
      mean += p[at] * kd[at];
      square += p[at] * kd[at] ** 2;
    }
    total += weights[i] * (square - mean ** 2);
  }
  return total;
}

/** The scores of each row by a fit without it. */
function withoutOwn(
  { scores, probabilities }: Point,
  kernel: Float64Array,
  { labels, way, weights, penalty }: LogisticProblem,
): Float64Array {
  const n = labels.length;
  let spread = 0;
  for (const p of probabilities) spread += p * (1 - p);
  const w = (OWN_CURVATURE * spread) / probabilities.length;
  const system = kernel.map((k) => w * k);
  for (let i = 0; i < n; i++) system[i * n + i] += penalty / weights[i];
  const inverse = inverseDiagonal(cholesky(system, n), n);
  const out = scores.slice();
  for (const [i, label] of labels.entries()) {
    // w v_i h_i = 1 − (μ / v_i) ((w K + μ V⁻¹)⁻¹)_ii.
    const kept = (penalty / weights[i]) * inverse[i];
    const factor = (1 - kept) / w / kept;
    for (let c = 0; c < way; c++)
      out[i * way + c] -= factor * (Number(c === label) - probabilities[i * way + c]);
  }
  return out;
}

/** A matrix `[n, n]` from its lower triangle. */
function symmetric(lower: Float64Array, n: number): Float64Array {
  const out = lower.slice();
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) out[j * n + i] = out[i * n + j];
  return out;
}

/** The transpose `[m, n]` of `[n, m]`. */
function transposed(x: Float64Array, n: number, m: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < n; i++) for (let c = 0; c < m; c++) out[c * n + i] = x[i * m + c];
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
