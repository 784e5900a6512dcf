/**
 * Evaluates a model on episodes of unseen classes (unseen groups, for regression). Every row is scored on the same
 * episodes: the model, unimodal models, missing modalities, an untrained network, and chance.
 */

import { checkOptions } from "../base/given.js";
import { random } from "../base/random.js";
import { checkDataset } from "../data/index.js";
import { type Episode, type Table, unknownSampler, type View } from "../episode/index.js";
import { checkModel } from "../model/given.js";
import type { Model } from "../model/model.js";
import { type Attribution, attributionOf, checkAttributable } from "./attribution.js";
import { byChance, chanceRow } from "./chance.js";
import { type Contender, contendersOf, inferenceIn, scoreContender } from "./contenders.js";
import { drawEvaluation, viewFor } from "./draw.js";
import { evaluateCertainty } from "./open-episodes.js";
import { progressOver, type RowSource, type ScoredRow, scoreRows } from "./rows.js";
import type { ScoreOptions } from "./score.js";
import { sign, summaryOf } from "./summary.js";
import type { Drawn, EvaluateOptions, Evaluation, EvaluationRow } from "./types.js";

/**
 * Evaluate `model` on episodes of classes that it was neither trained nor selected on, with 95 % intervals.
 *
 * Queries that have none of a row's modalities stay in its score; the model predicts them from a zero embedding. Results
 * are determined by the seed; the order of the rows is fixed.
 *
 * @throws {InputError} `evaluate/…` for options or data that the model cannot be evaluated with, `data/…` if no episode
 * can be drawn from the data.
 * @throws {InputError} `evaluate/not-finite` if a prediction is not finite.
 * @example const { rows } = await evaluate(model, { data, way: 2, shot: 1, episodes: 50 });
 */
export async function evaluate(model: Model, given: EvaluateOptions): Promise<Evaluation> {
  checkModel(model, "evaluate");
  checkOptions(given, "evaluate");
  const options = { ...given };
  const { attribute = false, data } = options;
  checkDataset(data, "evaluate, option data");
  const view = viewFor(model, options);
  if (attribute) checkAttributable(model.modalities, view);
  const drawn = await drawEvaluation(model, options);
  const { protocol, table, episodes } = drawn;
  const { task, mode } = protocol;
  const source: RowSource = {
    task,
    count: episodes.length,
    score: (contender, own) => scoreContender(contender, mode, table, episodes, data, own),
  };
  const contenders = contendersOf(model, view);
  const isClassification = task === "classification";
  const subsets = attribute ? 2 ** model.modalities.length - 2 : 0;
  const runs = contenders.length + (isClassification ? 1 : 0) + subsets;
  const progressOf = progressOver(runs, episodes.length, options);
  const scored = await scoreRows(contenders, source, progressOf);
  const rows = [...scored.map((row) => evaluationRow(row, drawn)), chanceRow(drawn)];
  const certainty = isClassification
    ? await certaintyOf(model, drawn, view, progressOf("unknown"))
    : undefined;
  if (!attribute) return { ...protocol, rows, certainty };
  const attribution = await attributionTo(model.modalities, scored[0], drawn, source, progressOf);
  return { ...protocol, rows, certainty, attribution };
}

function evaluationRow(
  { contender, results, msPerItem, behindFirst }: ScoredRow,
  { protocol, table, episodes }: Drawn,
): EvaluationRow {
  const { kind, name, support, query, labelShots } = contender;
  const guessed = shareWithout(query, table, episodes);
  return {
    kind,
    name,
    support,
    query,
    ...(labelShots && { labelShots }),
    ...(guessed > 0 && { guessed }),
    ...summaryOf(protocol.task, results),
    msPerEpisode: msPerItem,
    ...(behindFirst && { behindFirst }),
  };
}

/** The share of queries that have none of `modalities`. */
function shareWithout(
  modalities: readonly string[],
  { columns }: Table,
  episodes: readonly Episode[],
): number {
  const queries = episodes.flatMap(({ query }) => query);
  const having = queries.filter(({ row }) => modalities.some((name) => columns[name]?.present[row]));
  return 1 - having.length / queries.length;
}

/** Calibration and open-set detection, on the same episodes with queries of unknown classes added. */
function certaintyOf(
  model: Model,
  { protocol: { query, across, seed, mode }, table, episodes }: Drawn,
  view: View,
  options: ScoreOptions,
) {
  const addUnknown = unknownSampler(table.rows, { query, across });
  const open = episodes.map((episode, i) => addUnknown(episode, random(seed, "unknown", i)));
  return evaluateCertainty(inferenceIn(model, mode), model, table, open, view, options);
}

/** What each modality adds to the score, from the scores of all subsets of modalities. */
function attributionTo(
  modalities: readonly string[],
  { contender: fused, results }: ScoredRow,
  drawn: Drawn,
  source: RowSource,
  progressOf: (name: string) => ScoreOptions,
): Promise<Attribution[]> {
  const resultsOf = async (subset: readonly string[]) => {
    if (subset.length === 0) return byChance(drawn);
    if (subset.length === modalities.length) return results;
    const contender: Contender = { ...fused, support: subset, query: subset };
    return source.score(contender, progressOf(subset.join("+")));
  };
  return attributionOf(modalities, async (subset) =>
    (await resultsOf(subset)).map(({ score }) => sign(source.task) * score),
  );
}
