/** Whether probabilities mean what they say, and the temperature that makes them. */

import { probabilitiesOf } from "../objective/certainty.js";

/** An answered query: its logits [way] and the class that is right, 0 to way − 1. */
export interface Answered {
  readonly logits: ArrayLike<number>;
  readonly label: number;
}

/** Bins of {@link calibrationError}. */
export const BINS = 15;

/** The probability of the class that is answered, and whether it is right. */
export interface Confidence {
  readonly confidence: number;
  readonly right: boolean;
}

/** How sure an answer is at a temperature. */
export function confidenceOf({ logits, label }: Answered, temperature: number): Confidence {
  const probabilities = probabilitiesOf(logits, temperature);
  const confidence = Math.max(...probabilities);
  return { confidence, right: probabilities.indexOf(confidence) === label };
}

/**
 * The expected calibration error: Σ_b (n_b / N) |accuracy_b − confidence_b| over 15 bins of equal width of confidence,
 * ((b − 1) / 15, b / 15] (Guo, Pleiss, Sun, Weinberger, 2017).
 */
export function calibrationError(answers: readonly Confidence[]): number {
  const gaps = new Float64Array(BINS);
  for (const { confidence, right } of answers) {
    const bin = Math.min(BINS, Math.max(1, Math.ceil(confidence * BINS))) - 1;
    gaps[bin] += Number(right) - confidence;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / answers.length;
}

/** Whether probabilities of answers are calibrated worse at a temperature than without it. */
export const harms = (temperature: number, answers: readonly Answered[]): boolean => {
  const errorAt = (of: number) => calibrationError(answers.map((answer) => confidenceOf(answer, of)));
  return errorAt(temperature) > errorAt(1);
};

/** Temperatures that are looked for, as logarithms; the ends serve logits that say nothing. */
const RANGE = [-12, 12] as const;

/**
 * The temperature T of the least Σ −log softmax(z / T)_y (Guo, Pleiss, Sun, Weinberger, 2017), found by halving: the sum
 * is convex in 1/T. The right class of N answers counts (N + 1) / (N + 2) and the rest is shared by all, so that there is
 * a minimum where all are right too (Platt, 1999). 1 where there are no answers, or none that says anything.
 */
export function fitTemperature(answers: readonly Answered[]): number {
  const share = 1 / (answers.length + 2);
  const all = answers.map(({ logits, label }) => {
    const most = Math.max(...Array.from(logits));
    const away = Float64Array.from(logits, (z) => z - most);
    const mean = away.reduce((sum, z) => sum + z, 0) / away.length;
    return { away, target: (1 - share) * away[label] + share * mean };
  });
  if (all.every(({ away }) => away.every((z) => z === 0))) return 1;
  // The derivative by 1/T: what logits are expected of each answer, less what it should have.
  const slope = (temperature: number) =>
    all.reduce((sum, { away, target }) => {
      let [total, weighted] = [0, 0];
      for (const z of away) {
        const weight = Math.exp(z / temperature);
        total += weight;
        weighted += weight * z;
      }
      return sum + weighted / total - target;
    }, 0);
  let [low, high]: [number, number] = [...RANGE];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (slope(Math.exp(middle)) > 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
