/** Validation: the score of weights on the validation classes, by which the best weights are selected. */

import {
  meanShareWithInterval,
  meanWithInterval,
  scoreEpisodes,
  scoreKnown,
  shareWithInterval,
} from "../evaluate/index.js";
import type { InferencePrograms, Weights } from "../model/index.js";
import type { TrainingData } from "./data.js";

export interface ValidationScore {
  /** Accuracy, or mean squared error. */
  readonly score: number;
  readonly halfWidth: number;
}

/** Score `weights` on the validation episodes, or on held-out rows of the train classes; undefined if there are none. */
export async function validate(
  inference: InferencePrograms,
  weights: Weights,
  { validation, split }: TrainingData,
  signal: AbortSignal | undefined,
): Promise<ValidationScore | undefined> {
  if (!validation) return undefined;
  const { table, episodes } = validation;
  const { recipe, modalities, view } = inference.definition;
  const results = recipe.closed
    ? await scoreKnown(inference, weights, table, split.train, modalities, { signal })
    : await scoreEpisodes(inference, weights, table, episodes, view, { signal });
  const scores = results.map((result) => result.score);
  const { closed, task } = recipe;
  if (closed) {
    const { mean: score, halfWidth } = shareWithInterval(
      scores.reduce((sum, correct) => sum + correct, 0),
      scores.length,
    );
    return { score, halfWidth };
  }
  const meanOf = task === "classification" ? meanShareWithInterval : meanWithInterval;
  const { mean: score, halfWidth } = meanOf(scores);
  return { score, halfWidth };
}
