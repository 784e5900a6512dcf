/** What a trained model is told of its own certainty: one temperature, and a threshold at 95 % recall of knowns. */

import { answerOpen, auroc, fitTemperature, fpr95, thresholdAt95 } from "../evaluate/index.js";
import { certainties } from "../learner/index.js";
import type { CertaintyCard, Runtime, Weights } from "../model/index.js";
import type { TrainingData } from "./data.js";

/** Fit both on validation episodes that also ask of classes they do not have. Null where labels are numbers. */
export async function fitCertainty(
  runtime: Runtime,
  weights: Weights,
  { validation }: TrainingData,
  signal: AbortSignal | undefined,
): Promise<CertaintyCard | null> {
  const { recipe, modalities, certainty: score } = runtime;
  const { task, episode } = recipe;
  if (task === "regression") return null;
  const { shot } = episode;
  const unfitted = { score, temperature: 1, threshold: null, auroc: null, fpr95: null, shot };
  if (!validation)
    return { ...unfitted, reason: "too few validation classes have enough examples", way: 0, episodes: 0 };
  const { table, open } = validation;
  const view = { support: modalities, query: modalities };
  const answers = await answerOpen(runtime, weights, table, open.episodes, view, { signal });
  const protocol = { way: open.way, shot, episodes: answers.length };
  const known = answers.flatMap((answer) => answer.known);
  const unknown = answers.flatMap((answer) => answer.unknown);
  const scores = (of: typeof unknown) => of.map(({ logits }) => certainties[score](logits));
  const [ours, others] = [scores(known), scores(unknown)];
  if (![...ours, ...others].every(Number.isFinite))
    return { ...unfitted, ...protocol, reason: "its answers to validation queries are not finite" };
  const temperature = fitTemperature(known);
  if (unknown.length === 0)
    return {
      ...unfitted,
      ...protocol,
      temperature,
      reason: `${open.way}-way episodes leave no validation class over to be unknown`,
    };
  return {
    score,
    temperature,
    threshold: thresholdAt95(ours),
    auroc: auroc(ours, others),
    fpr95: fpr95(ours, others),
    ...protocol,
  };
}
