/** ROC statistics of a score that should be higher for known queries than for unknown ones. */

import { quantile } from "./statistics.js";

/** Share of known queries that the threshold accepts. */
const RECALL = 0.95;

/** The largest threshold that at least 95 % of `known` reach. */
export const thresholdAt95 = (known: ArrayLike<number>): number => quantile(Array.from(known), 1 - RECALL);

/** Share of `scores` that reach `threshold`. */
export const acceptedShare = (scores: readonly number[], threshold: number): number =>
  scores.filter((score) => score >= threshold).length / scores.length;

/** Share of `unknown` accepted at the threshold that accepts 95 % of `known` (FPR95; Liang, Li, Srikant, 2018). */
export const fpr95 = (known: readonly number[], unknown: readonly number[]): number =>
  acceptedShare(unknown, thresholdAt95(known));

/**
 * Area under the ROC curve: the probability that a known query scores higher than an unknown one, ties counting half
 * (Hanley and McNeil, 1982). 0.5 is chance.
 */
export function auroc(known: readonly number[], unknown: readonly number[]): number {
  const [positives, negatives] = [known, unknown].map((scores) => Float64Array.from(scores).sort());
  let [below, upTo, sum] = [0, 0, 0];
  for (const score of positives) {
    while (below < negatives.length && negatives[below] < score) below++;
    upTo = Math.max(upTo, below);
    while (upTo < negatives.length && negatives[upTo] === score) upTo++;
    sum += (below + upTo) / 2;
  }
  return sum / (positives.length * negatives.length);
}
