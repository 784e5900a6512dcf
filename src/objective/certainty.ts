/**
 * How certain a model is that a query is of one of its classes at all, from its logits z [way] as they are, in float64:
 * what is less certain than a threshold is `unknown`. The learner says which it goes by.
 *
 * - `logit`, max_k z_k (Vaze, Han, Vedaldi, Zisserman, 2022): of heads of distances, cosines or densities, how near the
 *   nearest class is.
 * - `probability`, max_k softmax(z)_k (Hendrycks and Gimpel, 2017): how far the likeliest class is ahead of the others.
 *
 * Each learner has the one of the greater AUROC on validation classes of Omniglot, strokes, 5-way 1-shot, which
 * test/certainty.slow.ts holds it to. The energy log Σ_k exp z_k (Liu, Wang, Owens, Li, 2020) was at most 0.01 better
 * there than the better of the two, and grows with the number of classes.
 */

export type Certainty = "logit" | "probability";

const largest = (logits: ArrayLike<number>): number => {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < logits.length; k++) most = Math.max(most, logits[k]);
  return most;
};

/** log Σ_k exp z_k. */
function logSumExp(logits: ArrayLike<number>): number {
  const most = largest(logits);
  let sum = 0;
  for (let k = 0; k < logits.length; k++) sum += Math.exp(logits[k] - most);
  return most + Math.log(sum);
}

/** The certainty of logits [way], by name. */
export const certainties: Readonly<Record<Certainty, (logits: ArrayLike<number>) => number>> = {
  logit: largest,
  probability: (logits) => Math.exp(largest(logits) - logSumExp(logits)),
};

/** softmax(z / T) of logits z [way] at the temperature T (Guo, Pleiss, Sun, Weinberger, 2017), in float64; they add up to 1. */
export function probabilitiesOf(logits: ArrayLike<number>, temperature = 1): number[] {
  const scaled = Array.from(logits, (z) => z / temperature);
  const all = logSumExp(scaled);
  return scaled.map((z) => Math.exp(z - all));
}
