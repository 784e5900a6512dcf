/**
 * The head of one expert: ridge regression on its vectors, whose outputs are measured in units of chance.
 *
 * Leave-one-out outputs of a support example for the classes that it is not of have mean m and standard deviation s. The
 * score of class c, z_c(x) = (f_c(x) − m) / s, is nearly a standard normal variable if x is of another class, and has mean d
 * if x is of class c. The discriminability d (d′ of signal detection; Green and Swets, 1966) is the mean leave-one-out
 * score of the examples' own classes, shrunk to what the expert reaches by experience. The log-likelihood ratio of class c
 * is d z_c − d² / 2.
 */

import { fitClasses, fitRegression, type RegressionForm } from "./regression.js";
import type { SupportRows } from "./support-rows.js";

/** What an expert reaches by experience, before a task's own examples are looked at. */
export interface ExpertPrior {
  /** d. */
  readonly discriminability: number;
  /** s, of outputs of ridge regression onto class indicators. */
  readonly spread: number;
  /** σ of the score of an example's own class. */
  readonly deviation: number;
  /** Its regression: logistic, or ridge regression with a kernel of curvature β (regression.ts). */
  readonly regression: "logistic" | { readonly curvature: number };
}

/** Vectors of one expert, of the support examples that have it. */
export interface ExpertSupport {
  /** Unit vectors of one length. */
  readonly vectors: readonly Float32Array[];
  /** Class index of each, below `way`. */
  readonly labels: readonly number[];
  readonly way: number;
}

export interface ExpertHead {
  readonly discriminability: number;
  /** Whether the support has examples of a class, by its index. */
  readonly known: readonly boolean[];
  /** The vectors. */
  readonly rows: SupportRows;
  /** The regression, and m and s of its outputs. */
  readonly regression: { readonly form: RegressionForm; readonly mean: number; readonly spread: number };
  /** Log-likelihood ratios `[way]` of a vector; 0 for a class without examples. */
  score(vector: Float32Array): Float64Array;
  /** Log-likelihood ratios `[n, way]` of the support's own examples, each by a fit without it. */
  readonly leaveOneOut: Float64Array;
}

/** The numbers of leave-one-out outputs that the priors count as. */
const SPREAD_COUNT = 8;
const DISCRIMINABILITY_COUNT = 6;

/** Fit a head to at least one vector. */
export function fitExpert({ vectors, labels, way }: ExpertSupport, prior: ExpertPrior): ExpertHead {
  const n = vectors.length;
  const counts = new Array<number>(way).fill(0);
  for (const label of labels) counts[label]++;
  const classes = counts.filter((count) => count > 0).length;
  // All classes weigh the same.
  const weights = Float64Array.from(labels, (label) => n / (classes * counts[label]));
  const { outputs, leaveOneOut, rows, form } =
    prior.regression === "logistic"
      ? fitClasses(vectors, { labels, way, weights })
      : fitRegression(
          vectors,
          { targets: indicators(labels, counts, classes), weights },
          { ...prior.regression, classes },
        );
  const { mean: measured, spread, own, ownCount } = measure(leaveOneOut, labels, counts, weights, prior);
  const estimate = ownCount > 0 ? (own - measured) / spread : 0;
  const discriminability = Math.max(
    0,
    (DISCRIMINABILITY_COUNT * prior.discriminability + ownCount * estimate) /
      (DISCRIMINABILITY_COUNT + ownCount),
  );
  // An example that is left out of a class of one takes the class with it, which raises the outputs of the others. Outputs
  // of an example add up to 0, so that those of its own class, m + d s, leave m = −(m + d s) / (classes − 1) to each other.
  const mean = ownCount > 0 ? measured : (-discriminability * spread) / classes;
  const known = counts.map((count) => count > 0);
  const ratio = (output: number, c: number) =>
    known[c] ? discriminability * ((output - mean) / spread) - discriminability ** 2 / 2 : 0;
  return {
    discriminability,
    known,
    rows,
    regression: { form, mean, spread },
    score: (vector) => outputs(vector).map(ratio),
    leaveOneOut: leaveOneOut.map((output, at) => ratio(output, at % way)),
  };
}

/** Targets `[n, way]` of ridge regression: 1 for the own class, less its mean over classes; 0 for a class without examples. */
function indicators(labels: readonly number[], counts: readonly number[], classes: number): Float64Array {
  const way = counts.length;
  const targets = new Float64Array(labels.length * way);
  for (const [i, label] of labels.entries())
    for (let c = 0; c < way; c++) if (counts[c] > 0) targets[i * way + c] = Number(c === label) - 1 / classes;
  return targets;
}

/** Statistics of leave-one-out outputs: mean and spread for other classes, mean for the own class and their number. */
function measure(
  outputs: Float64Array,
  labels: readonly number[],
  counts: readonly number[],
  weights: Float64Array,
  prior: ExpertPrior,
) {
  const way = counts.length;
  let [total, sum, squares, others] = [0, 0, 0, 0];
  let [ownTotal, own, ownCount] = [0, 0, 0];
  for (const [i, label] of labels.entries())
    for (let c = 0; c < way; c++) {
      if (counts[c] === 0) continue;
      const output = outputs[i * way + c];
      if (c !== label) {
        total += weights[i];
        sum += weights[i] * output;
        squares += weights[i] * output ** 2;
        others++;
      } else if (counts[c] > 1) {
        ownTotal += weights[i];
        own += weights[i] * output;
        ownCount++;
      }
    }
  const mean = total > 0 ? sum / total : 0;
  const variance = total > 0 ? Math.max(0, squares / total - mean ** 2) : 0;
  // Outputs of one example for several classes depend on each other; half of them count.
  const count = others / 2;
  const spread = Math.sqrt((SPREAD_COUNT * prior.spread ** 2 + count * variance) / (SPREAD_COUNT + count));
  return { mean, spread, own: ownTotal > 0 ? own / ownTotal : 0, ownCount };
}
