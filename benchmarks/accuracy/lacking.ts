/** Rows where every example, of support and query alike, lacks a few modalities that are drawn by seed: trained, and untrained. */

import { random } from "../../src/base/random.js";
import type { Table } from "../../src/episode/index.js";
import { drawEvaluation, meanShareWithInterval, scoreEpisodes } from "../../src/evaluate/index.js";
import type { Dataset, EvaluateOptions, Model } from "../../src/index.js";
import type { OtherRow } from "./types.js";

/** The table of which every row lacks `count` of its modalities. */
export function without({ columns, ...rest }: Table, count: number): Table {
  const names = Object.keys(columns);
  const present = Object.fromEntries(names.map((name) => [name, columns[name].present.slice()]));
  for (const i of rest.rows.keys()) {
    const there = names.filter((name) => present[name][i]);
    for (const name of random(0, "lacking", i).sample(there, count)) present[name][i] = 0;
  }
  const own = names.map((name) => [name, { ...columns[name], present: present[name] }]);
  return { ...rest, columns: Object.fromEntries(own) };
}

export async function lacking(
  model: Model,
  options: EvaluateOptions & { data: Dataset },
  count: number,
): Promise<OtherRow[]> {
  const { table, episodes } = await drawEvaluation(model, options);
  const less = without(table, count);
  const view = { support: model.modalities, query: model.modalities };
  const { inference, definition, weights } = model;
  const rows = [
    { name: `${count} modalities missing`, weights },
    { name: `untrained, ${count} modalities missing`, weights: definition.init(model.card.recipe.seed) },
  ];
  const told: OtherRow[] = [];
  for (const { name, weights } of rows) {
    const scored = await scoreEpisodes(inference, weights, less, episodes, view);
    const { mean: accuracy, halfWidth } = meanShareWithInterval(scored.map(({ score }) => score));
    told.push({ name, accuracy, halfWidth });
  }
  return told;
}
