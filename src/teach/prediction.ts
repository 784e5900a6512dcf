/** Predictions of taught tasks. */

import type { ClassPrediction, ValuePrediction } from "../model/task.js";
import type { ClassOutcome } from "./class-head.js";
import type { NearExample } from "./nearest.js";
import type { EmbeddedExample } from "./types.js";

/** The prediction of a class with the taught examples that are most like the example. */
export interface TaughtClassPrediction extends ClassPrediction {
  readonly nearest: readonly NearExample[];
  /** Set if the task was taught with an example of these values. */
  readonly isTaught?: true;
}

export type TaughtPrediction = TaughtClassPrediction | ValuePrediction;

/** The prediction of an example's class from what the head gives. */
export function classPrediction(
  classes: readonly string[],
  example: EmbeddedExample,
  { best, probabilities, unknown, weights, nearest }: ClassOutcome,
  isTaught: boolean,
): TaughtClassPrediction {
  return {
    id: example.id,
    label: classes[best],
    probabilities: Object.fromEntries(classes.map((name, c) => [name, probabilities[c]])),
    unknown,
    weights: { ...noWeights(example), ...weights },
    nearest,
    ...(isTaught && { isTaught }),
  };
}

/** The weight 0 of each modality of an example. */
export const noWeights = ({ digests }: EmbeddedExample): Record<string, number> =>
  Object.fromEntries(Object.keys(digests).map((name) => [name, 0]));
