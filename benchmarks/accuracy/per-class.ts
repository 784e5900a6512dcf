/** Accuracy per class over all episodes, for splits with so few classes that the mean hides their differences. */

import { drawEvaluation, meanShareWithInterval, predictEpisodes } from "../../src/evaluate/index.js";
import type { Dataset, EvaluateOptions, Model } from "../../src/index.js";
import { argmax } from "./baseline-predictor.js";
import type { AdditionalRow } from "./types.js";

/** One row per class, by name: the mean over episodes of the accuracy on the queries of that class. */
export async function perClassAccuracy(
  model: Model,
  options: EvaluateOptions & { data: Dataset },
): Promise<AdditionalRow[]> {
  const { table, episodes } = await drawEvaluation(model, options);
  const { inference, definition, weights } = model;
  const logitsByEpisode = await predictEpisodes(inference, weights, table, episodes, definition.view);
  const accuracies = new Map<string, number[]>();
  for (const [e, { classes, query }] of episodes.entries()) {
    const { data, shape } = logitsByEpisode[e];
    const way = shape[1];
    const counts = classes.map(() => ({ correct: 0, total: 0 }));
    for (const [i, { label }] of query.entries()) {
      const logits = Array.from(data.subarray(i * way, i * way + classes.length));
      counts[label].total++;
      if (argmax(logits) === label) counts[label].correct++;
    }
    for (const [label, { correct, total }] of counts.entries()) {
      if (!accuracies.has(classes[label])) accuracies.set(classes[label], []);
      accuracies.get(classes[label])!.push(correct / total);
    }
  }
  return [...accuracies]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, values]) => {
      const { mean, halfWidth } = meanShareWithInterval(values);
      return { kind: "class", name: `class ${name}`, accuracy: mean, halfWidth };
    });
}
