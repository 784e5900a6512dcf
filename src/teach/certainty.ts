/**
 * Whether an example is of none of the task's classes: it is less typical of its likeliest class than 95 % of known examples
 * usually are.
 */

import type { Evidence, LeftOut } from "./product.js";

/** The typicality that 95 % of known examples reach by experience, and the number of examples that it counts as. */
const USUAL = { threshold: -2.2, count: 40 } as const;
const REJECTED = 0.05;

/**
 * Typicality of an example of its likeliest class, in standard deviations: an example has evidence of Σ_e α_e d_e² / 2 for
 * its own class on average, with a deviation of about √(Σ_e (α_e d_e)²). −∞ without a common expert.
 */
export function typicality({ total, strengths }: Evidence): number {
  let [expected, variance] = [0, 0];
  for (const { share, discriminability: d } of Object.values(strengths)) {
    expected += (share * d * d) / 2;
    variance += (share * d) ** 2;
  }
  return variance > 0 ? (Math.max(...total) - expected) / Math.sqrt(variance) : Number.NEGATIVE_INFINITY;
}

/** The typicality below which an example is unknown, by the leave-one-out evidence of the support and by experience. */
export function thresholdOf(left: readonly LeftOut[]): number {
  const sorted = left.map(({ evidence }) => typicality(evidence)).sort((a, b) => a - b);
  const own = sorted[Math.floor(REJECTED * sorted.length)] ?? 0;
  return (USUAL.count * USUAL.threshold + sorted.length * own) / (USUAL.count + sorted.length);
}
