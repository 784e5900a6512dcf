/** Calibration of class probabilities: its error, and temperature scaling. */

import { probabilitiesOf } from "../objective/certainty.js";

/** The logits [way] of a query, and its class, 0 to way − 1. */
export interface LabelledLogits {
  readonly logits: ArrayLike<number>;
  readonly label: number;
}

/** Bins of {@link calibrationError}. */
export const BINS = 15;

/** The probability of the predicted class, and whether the prediction is correct. */
interface Confidence {
  readonly confidence: number;
  readonly correct: boolean;
}

/** The confidence of a prediction at a temperature. */
export function confidenceOf({ logits, label }: LabelledLogits, temperature: number): Confidence {
  const probabilities = probabilitiesOf(logits, temperature);
  const confidence = Math.max(...probabilities);
  return { confidence, correct: probabilities.indexOf(confidence) === label };
}

/**
 * The expected calibration error: Σ_b (n_b / N) |accuracy_b − confidence_b| over 15 bins of equal width of confidence,
 * ((b − 1) / 15, b / 15] (Guo, Pleiss, Sun, Weinberger, 2017).
 */
export function calibrationError(predictions: readonly Confidence[]): number {
  const gaps = new Float64Array(BINS);
  for (const { confidence, correct } of predictions) {
    const bin = Math.min(BINS, Math.max(1, Math.ceil(confidence * BINS))) - 1;
    gaps[bin] += Number(correct) - confidence;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / predictions.length;
}

/** Whether the calibration error at a temperature is larger than without it. */
export const worsensCalibration = (temperature: number, predictions: readonly LabelledLogits[]): boolean => {
  const errorAt = (of: number) =>
    calibrationError(predictions.map((prediction) => confidenceOf(prediction, of)));
  return errorAt(temperature) > errorAt(1);
};

/** Logarithms of the smallest and the largest temperature; the ends are reached by logits without information. */
const LOG_RANGE = [-12, 12] as const;

/**
 * The temperature T that minimises Σ −log softmax(z / T)_y (Guo, Pleiss, Sun, Weinberger, 2017), by bisection: the sum is
 * convex in 1/T. Of N predictions the target of the labelled class is (N + 1) / (N + 2), with the rest shared by all
 * classes, so that a minimum exists even if all predictions are correct (Platt, 1999). 1 without predictions, or if all
 * logits of each prediction are equal.
 */
export function fitTemperature(predictions: readonly LabelledLogits[]): number {
  const share = 1 / (predictions.length + 2);
  const all = predictions.map(({ logits, label }) => {
    const most = Math.max(...Array.from(logits));
    const away = Float64Array.from(logits, (z) => z - most);
    const mean = away.reduce((sum, z) => sum + z, 0) / away.length;
    return { away, target: (1 - share) * away[label] + share * mean };
  });
  if (all.every(({ away }) => away.every((z) => z === 0))) return 1;
  // The derivative by 1/T: the expected logit of each prediction minus its target.
  const derivative = (temperature: number) =>
    all.reduce((sum, { away, target }) => {
      let [total, weighted] = [0, 0];
      for (const z of away) {
        const weight = Math.exp(z / temperature);
        total += weight;
        weighted += weight * z;
      }
      return sum + weighted / total - target;
    }, 0);
  let [low, high]: [number, number] = [...LOG_RANGE];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (derivative(Math.exp(middle)) > 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
