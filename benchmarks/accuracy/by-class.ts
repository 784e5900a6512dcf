/** Accuracy by class, where a split has so few that its mean says little: the share of a class's queries answered right, over all episodes. */

import { drawEvaluation, meanShareWithInterval, predictEpisodes } from "../../src/evaluate/index.js";
import type { Dataset, EvaluateOptions, Model } from "../../src/index.js";
import type { OtherRow } from "./types.js";

export async function byClass(
  model: Model,
  options: EvaluateOptions & { data: Dataset },
): Promise<OtherRow[]> {
  const { table, episodes } = await drawEvaluation(model, options);
  const { inference, definition, weights } = model;
  const answers = await predictEpisodes(inference, weights, table, episodes, definition.view);
  const shares = new Map<string, number[]>();
  for (const [e, { classes, query }] of episodes.entries()) {
    const { data, shape } = answers[e];
    const way = shape[1];
    const hits = classes.map(() => ({ right: 0, all: 0 }));
    for (const [i, { label }] of query.entries()) {
      const logits = Array.from(data.subarray(i * way, i * way + classes.length));
      hits[label].all++;
      if (logits.indexOf(Math.max(...logits)) === label) hits[label].right++;
    }
    for (const [label, { right, all }] of hits.entries()) {
      if (!shares.has(classes[label])) shares.set(classes[label], []);
      shares.get(classes[label])!.push(right / all);
    }
  }
  return [...shares]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, own]) => {
      const { mean, halfWidth } = meanShareWithInterval(own);
      return { name: `class ${name}`, accuracy: mean, halfWidth };
    });
}
