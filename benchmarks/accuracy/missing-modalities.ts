/** Accuracy with a number of modalities removed from every example, of support and query, trained and untrained. */

import { random } from "../../src/base/random.js";
import type { Table } from "../../src/episode/index.js";
import { drawEvaluation, meanShareWithInterval, scoreEpisodes } from "../../src/evaluate/index.js";
import type { Dataset, EvaluateOptions, Model } from "../../src/index.js";
import type { AdditionalRow } from "./types.js";

/** A copy of the table with `count` random modalities removed from every row, drawn with seed 0. */
export function removeModalities({ columns, ...rest }: Table, count: number): Table {
  const names = Object.keys(columns);
  const present = Object.fromEntries(names.map((name) => [name, columns[name].present.slice()]));
  for (const i of rest.rows.keys()) {
    const presentNames = names.filter((name) => present[name][i]);
    for (const name of random(0, "lacking", i).sample(presentNames, count)) present[name][i] = 0;
  }
  const masked = names.map((name) => [name, { ...columns[name], present: present[name] }]);
  return { ...rest, columns: Object.fromEntries(masked) };
}

/** The rows of the trained and the untrained model with `count` modalities removed from every example. */
export async function missingModalityRows(
  model: Model,
  options: EvaluateOptions & { data: Dataset },
  count: number,
): Promise<AdditionalRow[]> {
  const { table, episodes } = await drawEvaluation(model, options);
  const reduced = removeModalities(table, count);
  const view = { support: model.modalities, query: model.modalities };
  const { inference, definition, weights } = model;
  const variants = [
    { name: `${count} modalities missing`, weights },
    { name: `untrained, ${count} modalities missing`, weights: definition.init(model.card.recipe.seed) },
  ];
  const rows: AdditionalRow[] = [];
  for (const { name, weights } of variants) {
    const scored = await scoreEpisodes(inference, weights, reduced, episodes, view);
    const { mean: accuracy, halfWidth } = meanShareWithInterval(scored.map(({ score }) => score));
    rows.push({ kind: "missing", name, accuracy, halfWidth });
  }
  return rows;
}
