/**
 * How well a score tells known queries from unknown ones, where known queries should score higher. A query is accepted
 * that reaches the threshold.
 */

import { quantile } from "./statistics.js";

/** The share of known queries that a threshold is to accept. */
const RECALL = 0.95;

/** The largest threshold that at least 95 % of `known` reach. */
export const thresholdAt95 = (known: ArrayLike<number>): number => quantile(Array.from(known), 1 - RECALL);

/** The share of `scores` that reach `threshold`. */
export const accepted = (scores: readonly number[], threshold: number): number =>
  scores.filter((score) => score >= threshold).length / scores.length;

/** The share of `unknown` accepted where 95 % of `known` are (FPR95; Liang, Li, Srikant, 2018). */
export const fpr95 = (known: readonly number[], unknown: readonly number[]): number =>
  accepted(unknown, thresholdAt95(known));

/**
 * The area under the ROC curve: how often a known query scores higher than an unknown one, ties half (Hanley and McNeil,
 * 1982). 0.5 is chance.
 */
export function auroc(known: readonly number[], unknown: readonly number[]): number {
  const [ours, others] = [known, unknown].map((scores) => Float64Array.from(scores).sort());
  let [below, upTo, sum] = [0, 0, 0];
  for (const score of ours) {
    while (below < others.length && others[below] < score) below++;
    upTo = Math.max(upTo, below);
    while (upTo < others.length && others[upTo] === score) upTo++;
    sum += (below + upTo) / 2;
  }
  return sum / (ours.length * others.length);
}
