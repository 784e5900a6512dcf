/** Validation: how weights do on the validation classes, which is how the best are chosen. */

import { meanWithInterval, quantile, scoreEpisodes } from "../evaluate/index.js";
import type { Runtime, Weights } from "../model/index.js";
import type { TrainingData } from "./data.js";

/** The share of right validation answers that `unknown` may flag. */
const UNKNOWN_SHARE = 0.05;

/** What validation says of some weights. */
export interface ValidationScore {
  /** Accuracy, or mean squared error. */
  readonly score: number;
  readonly ci95: number;
  /** The confidence that all but a small share of right answers reach; 0 for numbers. */
  readonly unknownBelow: number;
}

/** Score `weights` on the validation episodes; undefined where there are none. */
export async function validate(
  runtime: Runtime,
  weights: Weights,
  { validation }: TrainingData,
  signal: AbortSignal | undefined,
): Promise<ValidationScore | undefined> {
  if (!validation) return undefined;
  const { modalities } = runtime;
  const { table, episodes } = validation;
  const view = { support: modalities, query: modalities };
  const results = await scoreEpisodes(runtime, weights, table, episodes, view, { signal });
  const { mean: score, ci95 } = meanWithInterval(results.map((result) => result.score));
  const right = results.flatMap(({ answers }) => answers.filter((answer) => answer.right));
  const confidences = right.map(({ confidence }) => confidence);
  return { score, ci95, unknownBelow: right.length === 0 ? 0 : quantile(confidences, UNKNOWN_SHARE) };
}
