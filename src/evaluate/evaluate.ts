/**
 * Evaluate a model on episodes of classes (of groups, where labels are numbers) it has not seen: every row on the same
 * episodes, with a 95 % interval, every modality alone, missing modalities, an untrained network, and chance, which
 * for numbers is to answer the mean of the support's. An example that lacks all the
 * modalities a row is given is still asked, and is answered from nothing: that is what the row is worth on it.
 */

import { random } from "../base/random.js";
import { type Episode, type Table, unknownSampler } from "../episode/index.js";
import type { Model } from "../model/model.js";
import { attributionOf, checkAttributable } from "./attribution.js";
import { evaluateCertainty } from "./certainty.js";
import { byChance, chanceRow } from "./chance.js";
import { contendersOf, inferenceIn, scoreContender } from "./contenders.js";
import { drawEvaluation, viewFor } from "./draw.js";
import { behind, sign, summaryOf } from "./summary.js";
import type { EvaluateOptions, Evaluation, EvaluationRow } from "./types.js";

/** The share of queries that have none of the modalities. */
function shareGuessed({ columns }: Table, episodes: readonly Episode[], shown: readonly string[]): number {
  const queries = episodes.flatMap(({ query }) => query);
  const having = queries.filter(({ row }) => shown.some((name) => columns[name]?.present[row]));
  return 1 - having.length / queries.length;
}

/** Evaluate `model`. Deterministic in the seed; the rows' order is fixed. */
export async function evaluate(model: Model, options: EvaluateOptions): Promise<Evaluation> {
  const { attribute = false, signal } = options;
  const view = viewFor(model, options);
  if (attribute) checkAttributable(model.modalities, view);
  const drawn = await drawEvaluation(model, options);
  const { protocol, table, episodes } = drawn;
  const { task, mode, query, across, seed, episodes: count } = protocol;
  const contenders = contendersOf(model, view);
  const subsets = attribute ? 2 ** model.modalities.length - 2 : 0;
  const runs = contenders.length + (task === "classification" ? 1 : 0) + subsets;
  let run = 0;
  const progress = (row: string) => {
    const before = run++ * count;
    return { signal, onProgress: (done: number) => options.onProgress?.(before + done, runs * count, row) };
  };
  const rows: EvaluationRow[] = [];
  let first: readonly number[] | undefined;
  for (const contender of contenders) {
    const { kind, name, support, query, labelShots } = contender;
    const started = performance.now();
    const scored = await scoreContender(contender, mode, table, episodes, options.data, progress(name));
    const msPerEpisode = (performance.now() - started) / count;
    const scores = scored.map(({ score }) => score);
    first ??= scores;
    const guessed = shareGuessed(table, episodes, query);
    const told = { ...summaryOf(task, scored), msPerEpisode, ...behind(task, first, scores) };
    rows.push({
      kind,
      name,
      support,
      query,
      ...(labelShots && { labelShots }),
      ...(guessed > 0 && { guessed }),
      ...told,
    });
  }
  rows.push(chanceRow(drawn));
  const more = unknownSampler(table.rows, { query, across });
  const certainty =
    task === "classification"
      ? await evaluateCertainty(
          inferenceIn(model, mode),
          model,
          table,
          episodes.map((episode, i) => more(episode, random(seed, "unknown", i))),
          view,
          progress("unknown"),
        )
      : undefined;
  if (!attribute) return { ...protocol, rows, certainty };
  const scoresOf = async (given: readonly string[]): Promise<readonly number[]> => {
    if (given.length === 0) return byChance(drawn).map(({ score }) => score);
    if (given.length === model.modalities.length) return first!;
    const subset = { ...contenders[0], support: given, query: given };
    const scored = await scoreContender(
      subset,
      mode,
      table,
      episodes,
      options.data,
      progress(given.join("+")),
    );
    return scored.map(({ score }) => score);
  };
  const worthOf = async (given: readonly string[]) => (await scoresOf(given)).map((x) => sign(task) * x);
  return { ...protocol, rows, certainty, attribution: await attributionOf(model.modalities, worthOf) };
}
