/** Fits the temperature and the open-set threshold of a trained model on validation episodes. */

import {
  fitTemperature,
  measureOpenSet,
  predictOpenEpisodes,
  thresholdAt95,
  worsensCalibration,
} from "../evaluate/index.js";
import type { CertaintyCard, InferencePrograms, Weights } from "../model/index.js";
import { certainties } from "../objective/index.js";
import type { TrainingData } from "./data.js";

/** Fit both on validation episodes with queries of unknown classes. Null for regression. */
export async function fitCertainty(
  inference: InferencePrograms,
  weights: Weights,
  { validation }: TrainingData,
  signal: AbortSignal | undefined,
): Promise<CertaintyCard | null> {
  const { recipe, view, certainty: score } = inference.definition;
  const { task, episode } = recipe;
  if (task === "regression") return null;
  const { shot } = episode;
  const unfitted = {
    score,
    temperature: 1,
    threshold: null,
    auroc: null,
    fpr95: null,
    uninformative: false,
    shot,
  };
  if (recipe.closed)
    return { ...unfitted, reason: "closed training leaves no class unseen", way: 0, episodes: 0 };
  if (!validation)
    return { ...unfitted, reason: "too few validation classes have enough examples", way: 0, episodes: 0 };
  const { table, open, otherWays } = validation;
  const predictions = await predictOpenEpisodes(inference, weights, table, open.episodes, view, { signal });
  const protocol = { way: open.way, shot, episodes: predictions.length };
  const known = predictions.flatMap((episode) => episode.known);
  const scores = known.map(({ logits }) => certainties[score](logits));
  if (!scores.every(Number.isFinite))
    return { ...unfitted, ...protocol, reason: "its predictions of validation queries are not finite" };
  const temperature = fitTemperature(known);
  const validated: { way: number; helps: boolean }[] = [];
  for (const { way, episodes } of otherWays) {
    const others = await predictOpenEpisodes(inference, weights, table, episodes, view, { signal });
    validated.push({
      way,
      helps: !worsensCalibration(
        temperature,
        others.flatMap((episode) => episode.known),
      ),
    });
  }
  const fitted = {
    ...unfitted,
    ...protocol,
    temperature,
    ...(validated.length > 0 && { otherWays: validated }),
  };
  const threshold = thresholdAt95(scores);
  const openSet = measureOpenSet(predictions, score, threshold);
  if (!openSet)
    return { ...fitted, reason: `${open.way}-way episodes leave no validation class over to be unknown` };
  const { auroc, fpr95, uninformative } = openSet;
  return { ...fitted, threshold, auroc: auroc.value, fpr95: fpr95.value, uninformative };
}
