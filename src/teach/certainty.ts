/**
 * Whether an example is of none of the task's classes: it is less typical of its likeliest class than 95 % of known examples.
 *
 * Its typicality joins two measures, in standard deviations of known examples: how much evidence there is for the class, and
 * how close the example is to those of the class.
 *
 *   typicality = (t + κ s) / √(1 + κ²)
 *   t = (max_c Σ_e α_e g_e(x)_c − Σ_e α_e d_e² / 2) / √(Σ_e (α_e d_e σ_e)²)
 *   s = Σ_e w_e z_e(x, c) / √(Σ_e w_e²)
 *
 * for the likeliest class c, the closeness z_e (closeness.ts), and weights w_e = α_e d_e² / 2. κ falls with the
 * number of examples per class, from which the evidence learns the same.
 *
 * The threshold is measured by leaving support examples out. Of n ≥ 40 it is the one that 0.05 (1 + 1/k) (n + 1) of them are
 * below: a new example is as likely to have any rank among n + 1 as they are (Vovk, Gammerman and Shafer, 2005), up to the
 * factor for k examples per class, of which a left-out one misses itself. Fewer estimate the mean m and the standard
 * deviation s of known examples, and the threshold is m − q s with a q that falls with n. With one example per class it is a
 * constant of the number of classes. The constants were fitted to train and validation classes (docs/base.md).
 */

import { type Evidence, evidenceOf, type LeftOut } from "./product.js";

/** m and s without an example, and the number of examples that they count as. */
const USUAL = { mean: 0, deviation: 1, count: 2 } as const;
/** q = limit + few / √n for n examples. */
const QUANTILE = { limit: 1.4, few: 1.8 } as const;
/** The share of known examples below the threshold, and the number of examples from which it is counted. */
const COUNTED = { share: 0.05, from: 40 } as const;
/** With one example per class: −bound + growth · ln(way / 2). Among more classes the likeliest has more evidence by chance. */
const ONE = { bound: 2.77, growth: 0.22, mostWays: 50 } as const;
/** κ with one example per class. */
const CLOSENESS = 2;

/** κ with a mean of `shot` examples per class. */
export const closenessShare = (shot: number): number => CLOSENESS / Math.sqrt(shot);

/**
 * Typicality of an example of its likeliest class. −∞ without a common expert.
 *
 * @param shot mean number of examples per class
 */
export function typicality({ total, strengths, closeness }: Evidence, shot: number): number {
  let [expected, variance, weights] = [0, 0, 0];
  for (const strength of Object.values(strengths)) {
    const { share, discriminability: d, deviation } = strength;
    const weight = evidenceOf(strength);
    expected += weight;
    variance += (share * d * deviation) ** 2;
    weights += weight ** 2;
  }
  if (!(variance > 0)) return Number.NEGATIVE_INFINITY;
  const largest = Math.max(...total);
  const kappa = closenessShare(shot);
  const t = (largest - expected) / Math.sqrt(variance);
  const s = closeness(total.indexOf(largest)) / Math.sqrt(weights);
  return (t + kappa * s) / Math.sqrt(1 + kappa ** 2);
}

/** The typicality below which an example is unknown, among `way` classes, by the leave-one-out evidence of the support. */
export function thresholdOf(left: readonly LeftOut[], way: number, shot: number): number {
  const values = left.map(({ evidence }) => typicality(evidence, shot)).filter(Number.isFinite);
  const n = values.length;
  if (n === 0) return -ONE.bound + ONE.growth * Math.log(Math.min(way, ONE.mostWays) / 2);
  if (n >= COUNTED.from) return orderStatistic(values, COUNTED.share * (1 + 1 / shot) * (n + 1));
  const count = USUAL.count + n;
  const mean = values.reduce((sum, x) => sum + x, USUAL.count * USUAL.mean) / count;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, USUAL.count * USUAL.deviation ** 2);
  return mean - (QUANTILE.limit + QUANTILE.few / Math.sqrt(n)) * Math.sqrt(squares / count);
}

/** The k-th smallest of n values, 1 ≤ k < n, interpolated between the two next to it. */
function orderStatistic(values: readonly number[], k: number): number {
  const sorted = Float64Array.from(values).sort();
  const below = Math.floor(k);
  return sorted[below - 1] + (k - below) * (sorted[below] - sorted[below - 1]);
}
