/**
 * Open-set certainty: how certain a model is that a query is of one of its classes, computed from the unscaled logits z
 * `[way]` in float64. A query below a threshold is `unknown`. Each learner's row names its certainty.
 *
 * - `logit`, max_k z_k (Vaze, Han, Vedaldi, Zisserman, 2022): for heads of distances, cosines or densities, the similarity
 *   to the nearest class.
 * - `probability`, max_k softmax(z)_k (Hendrycks and Gimpel, 2017): the probability of the most probable class.
 *
 * Each learner has the one of greater AUROC on validation classes of Omniglot, strokes, 5-way 1-shot, which
 * test/certainty.slow.ts checks. The energy log Σ_k exp z_k (Liu, Wang, Owens, Li, 2020) was at most 0.01 better there
 * than the better of the two, and grows with the number of classes.
 */

/** Name of an open-set certainty. */
export type Certainty = "logit" | "probability";

const largest = (logits: ArrayLike<number>): number => {
  let result = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < logits.length; k++) result = Math.max(result, logits[k]);
  return result;
};

/** log Σ_k exp z_k. */
function logSumExp(logits: ArrayLike<number>): number {
  const maximum = largest(logits);
  let sum = 0;
  for (let k = 0; k < logits.length; k++) sum += Math.exp(logits[k] - maximum);
  return maximum + Math.log(sum);
}

/** Certainty of logits `[way]`, by name. */
export const certainties: Readonly<Record<Certainty, (logits: ArrayLike<number>) => number>> = {
  logit: largest,
  probability: (logits) => Math.exp(largest(logits) - logSumExp(logits)),
};

/**
 * Class probabilities `[way]` softmax(z / T) of logits z at the temperature T (Guo, Pleiss, Sun, Weinberger, 2017), in
 * float64.
 */
export function probabilitiesOf(logits: ArrayLike<number>, temperature = 1): number[] {
  const scaled = Array.from(logits, (z) => z / temperature);
  const logTotal = logSumExp(scaled);
  return scaled.map((z) => Math.exp(z - logTotal));
}
