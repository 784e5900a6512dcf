/**
 * Whether an example is of none of the task's classes: it is less typical of its likeliest class than 95 % of known examples.
 *
 * The bound is m − q s for mean m and standard deviation s of the typicality of known examples. With several examples per
 * class they are measured by leaving support examples out; as few of them estimate m and s badly, q falls with their number.
 * With one example per class m is 0, and s is a constant of the kind and the number of classes. The constants were fitted
 * to train and validation classes (docs/base.md).
 */

import type { Evidence, LeftOut } from "./product.js";

/** m and s without an example, and the number of examples that they count as. */
const USUAL = { mean: 0, deviation: 1, count: 2 } as const;
/** q = limit + few / √n for n examples. */
const QUANTILE = { limit: 1.15, few: 3 } as const;
/**
 * With one example per class: q s = bound · (1 − bend · ln²(way / middle)). Among more classes the likeliest has more
 * evidence by chance, and a likeliest class that is wrong has less; among two there is little of either.
 */
const ONE = { bound: 1.65, bend: 0.085, middle: 10, mostWays: 50 } as const;

/**
 * Typicality of an example of its likeliest class, in standard deviations: an example has evidence of Σ_e α_e d_e² / 2 for
 * its own class on average, with a deviation of about √(Σ_e (α_e d_e σ_e)²). −∞ without a common expert.
 */
export function typicality({ total, strengths }: Evidence): number {
  let [expected, variance] = [0, 0];
  for (const { share, discriminability: d, deviation } of Object.values(strengths)) {
    expected += (share * d * d) / 2;
    variance += (share * d * deviation) ** 2;
  }
  return variance > 0 ? (Math.max(...total) - expected) / Math.sqrt(variance) : Number.NEGATIVE_INFINITY;
}

/** The typicality below which an example is unknown, among `way` classes, by the leave-one-out evidence of the support. */
export function thresholdOf(left: readonly LeftOut[], way: number): number {
  if (left.length === 0) {
    const { bound, bend, middle, mostWays } = ONE;
    return -bound * (1 - bend * Math.log(Math.min(way, mostWays) / middle) ** 2);
  }
  const values = left.map(({ evidence }) => typicality(evidence)).filter(Number.isFinite);
  const count = USUAL.count + values.length;
  const mean = values.reduce((sum, x) => sum + x, USUAL.count * USUAL.mean) / count;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, USUAL.count * USUAL.deviation ** 2);
  const quantile = QUANTILE.limit + QUANTILE.few / Math.sqrt(Math.max(1, values.length));
  return mean - quantile * Math.sqrt(squares / count);
}
