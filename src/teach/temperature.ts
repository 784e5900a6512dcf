/** The temperature of a product of experts, by leave-one-out predictions of its support. */

import type { LeftOut } from "./product.js";

/** τ without and with several examples per class, if there are too few of them to estimate it. */
const USUAL = { one: 0.35, several: 0.2 } as const;
/** The number of leave-one-out predictions that the usual τ counts as, per unit of log τ. */
const STRENGTH = 4;
const candidates = [0.015, 0.02, 0.025, 0.035, 0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.35, 0.5, 0.7, 1, 1.4];

/** softmax(τ total), float64 `[way]`. */
export function probabilitiesOf(total: ArrayLike<number>, scale: number): Float64Array {
  let largest = -Infinity;
  for (let c = 0; c < total.length; c++) largest = Math.max(largest, total[c]);
  const out = Float64Array.from({ length: total.length }, (_, c) => Math.exp(scale * (total[c] - largest)));
  const sum = out.reduce((a, b) => a + b, 0);
  return out.map((p) => p / sum);
}

/**
 * τ of least cross-entropy of the leave-one-out evidence. It is drawn towards the usual one, so that few examples change it
 * little.
 */
export function fitScale(left: readonly LeftOut[]): number {
  if (left.length === 0) return USUAL.one;
  const lossAt = (scale: number) =>
    left.reduce(
      (sum, { evidence, label }) => sum + crossEntropy(evidence.total, label, scale),
      STRENGTH * Math.log(scale / USUAL.several) ** 2,
    );
  const losses = candidates.map(lossAt);
  return candidates[losses.indexOf(Math.min(...losses))];
}

/** Largest cross-entropy of one example, and the log-odds beyond which a class adds nothing. */
const MOST = 27;

/** −ln p of the label, at most {@link MOST}. */
function crossEntropy(total: Float64Array, label: number, scale: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < total.length; c++) if (total[c] > largest) largest = total[c];
  const least = largest - MOST / scale;
  let sum = 0;
  for (let c = 0; c < total.length; c++) if (total[c] > least) sum += Math.exp(scale * (total[c] - largest));
  return Math.min(MOST, Math.log(sum) + scale * (largest - total[label]));
}
