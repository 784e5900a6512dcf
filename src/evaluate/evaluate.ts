/**
 * Evaluate a model on episodes of classes it has not seen: every row on the same episodes, with a 95 % interval,
 * every modality alone, missing modalities, an untrained network, and chance. An example that lacks all the
 * modalities a row is given is still asked, and is answered from nothing: that is what the row is worth on it.
 */

import { InputError } from "../base/errors.js";
import { random } from "../base/random.js";
import {
  type Dataset,
  type Episode,
  episodeSampler,
  hasAny,
  loadTable,
  type Row,
  type Split,
} from "../data/index.js";
import { Runtime } from "../model/index.js";
import type { Model } from "../model/model.js";
import { type EpisodeResult, scoreEpisodes, type View } from "./score.js";
import { meanWithInterval } from "./statistics.js";

export interface EvaluateOptions {
  data: Dataset;
  /** Default `test`. Train classes are refused. */
  split?: Split;
  /** Classes an episode; default 5. */
  way?: number;
  /** Support examples a class; default 1. */
  shot?: number;
  /** Query examples a class at most; default 15. */
  query?: number;
  /** Default 1,000. */
  episodes?: number;
  /** Draw support and query from different groups. */
  across?: "group" | null;
  /** `transductive` normalises by the queries' own statistics; default the model's mode. */
  mode?: "inductive" | "transductive";
  seed?: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number, row: string) => void;
}

/** What a row of an evaluation is about. */
export type RowKind = "fused" | "alone" | "support-missing" | "query-missing" | "untrained" | "chance";

export interface EvaluationRow {
  readonly kind: RowKind;
  readonly name: string;
  /** The modalities that support and query were given. */
  readonly support: readonly string[];
  readonly query: readonly string[];
  readonly accuracy: number;
  /** Half-width of the 95 % interval over episodes. */
  readonly ci95: number;
  readonly msPerEpisode: number;
  /** How much better the first row is on the same episodes, with the half-width of its 95 % interval. */
  readonly behindFirst?: { readonly difference: number; readonly ci95: number };
}

export interface Evaluation {
  readonly data: string;
  readonly split: Split;
  readonly way: number;
  readonly shot: number;
  readonly query: number;
  readonly episodes: number;
  readonly seed: number;
  readonly mode: "inductive" | "transductive";
  readonly across: "group" | null;
  /** Classes with too few examples for an episode. */
  readonly ineligible: readonly string[];
  /** Rows of the split that have none of the model's modalities. */
  readonly unusedRows: number;
  readonly rows: readonly EvaluationRow[];
}

/** A row to be scored: a network, its weights, and what it is given. */
interface Contender extends View {
  readonly kind: RowKind;
  readonly name: string;
  readonly model: Model;
  readonly untrained?: boolean;
}

/** Evaluate `model`. Deterministic in the seed; the rows' order is fixed. */
export async function evaluate(model: Model, options: EvaluateOptions): Promise<Evaluation> {
  const { data, split = "test", way = 5, shot = 1, query = 15, episodes: count = 1000, seed = 0 } = options;
  const { across = null, signal } = options;
  const mode = options.mode ?? model.card.recipe.episode.mode;
  checkOptions({ split, count, seed, mode });
  const contenders = contendersOf(model);
  const labelled = evaluationRows(model, data, split);
  const rows = labelled.filter((row) => hasAny(row, model.modalities));
  const classes = [...new Set(rows.map(({ label }) => label!))].sort();
  const sampler = episodeSampler(rows, classes, { way, shot, query, across }, `${data.name}, split ${split}`);
  const episodes = Array.from({ length: count }, (_, i) => sampler.draw(random(seed, "evaluate", i)));
  const table = await loadTable(rows, model.card.modalities, { signal });

  const results: EvaluationRow[] = [];
  let first: readonly number[] | undefined;
  for (const [i, contender] of contenders.entries()) {
    const { kind, name, support, query } = contender;
    const started = performance.now();
    const scored = await scoreContender(contender, mode, table, episodes, {
      signal,
      onProgress: (done) => options.onProgress?.(i * count + done, contenders.length * count, name),
    });
    const msPerEpisode = (performance.now() - started) / count;
    const accuracies = scored.map(({ accuracy }) => accuracy);
    const { mean: accuracy, ci95 } = meanWithInterval(accuracies);
    first ??= accuracies;
    results.push({ kind, name, support, query, accuracy, ci95, msPerEpisode, ...behind(first, accuracies) });
  }
  results.push({
    kind: "chance",
    name: "chance",
    support: [],
    query: [],
    accuracy: 1 / way,
    ci95: 0,
    msPerEpisode: 0,
  });
  const { ineligible } = sampler;
  return {
    data: data.name,
    split,
    way,
    shot,
    query,
    episodes: count,
    seed,
    mode,
    across,
    ineligible,
    unusedRows: labelled.length - rows.length,
    rows: results,
  };
}

function checkOptions(given: { split: string; count: number; seed: number; mode: string }): void {
  const check = (option: string, value: unknown, ok: boolean, expected: string) => {
    if (ok) return;
    throw new InputError({
      code: "evaluate/bad-option",
      where: `option ${option}`,
      problem: `the value is ${JSON.stringify(value) ?? String(value)}`,
      expected,
      remedy: "Leave it out for the default.",
    });
  };
  const { split, count, seed, mode } = given;
  check("split", split, ["train", "val", "test"].includes(split), "val or test");
  check("episodes", count, Number.isInteger(count) && count > 0, "a whole number of at least 1");
  check("seed", seed, Number.isInteger(seed) && seed >= 0, "a whole number of at least 0");
  check("mode", mode, ["inductive", "transductive"].includes(mode), "inductive or transductive");
}

/** The paired difference to the first row, on the same episodes. */
function behind(first: readonly number[], own: readonly number[]): Pick<EvaluationRow, "behindFirst"> {
  if (first === own) return {};
  const { mean, ci95 } = meanWithInterval(first.map((x, i) => x - own[i]));
  return { behindFirst: { difference: mean, ci95 } };
}

/** The rows of an evaluation, in their order. */
function contendersOf(model: Model): Contender[] {
  const all = model.modalities;
  const row = (
    kind: RowKind,
    name: string,
    support: readonly string[],
    query: readonly string[],
  ): Contender => ({
    kind,
    name,
    support,
    query,
    model,
  });
  const several = all.length > 1 ? all : [];
  const without = (name: string) => all.filter((other) => other !== name);
  return [
    row("fused", all.join("+"), all, all),
    ...Object.entries(model.alone).map(([name, alone]) => ({
      ...row("alone", name, [name], [name]),
      model: alone,
    })),
    ...several.map((name) => row("support-missing", `support without ${name}`, without(name), all)),
    ...several.map((name) => row("query-missing", `query without ${name}`, all, without(name))),
    { ...row("untrained", `untrained ${all.join("+")}`, all, all), untrained: true },
  ];
}

function scoreContender(
  { model, untrained, support, query }: Contender,
  mode: "inductive" | "transductive",
  table: Parameters<typeof scoreEpisodes>[2],
  episodes: readonly Episode[],
  options: Parameters<typeof scoreEpisodes>[5],
): Promise<EpisodeResult[]> {
  const { recipe, modalities } = model.card;
  const { engine } = model.runtime;
  const changed = { ...recipe, episode: { ...recipe.episode, mode } };
  const runtime = mode === recipe.episode.mode ? model.runtime : new Runtime(engine, changed, modalities);
  const weights = untrained ? runtime.init(recipe.seed) : model.weights;
  return scoreEpisodes(runtime, weights, table, episodes, { support, query }, options);
}

/**
 * The rows whose classes may be evaluated: of the split, and none that the model was trained or selected on. Where
 * the data declare no split, the one stored in the model holds.
 */
function evaluationRows(model: Model, data: Dataset, split: Split): Row[] {
  const { train, val, test } = model.card.classes;
  const fail = (problem: string, expected: string, remedy: string) =>
    new InputError({
      code: "evaluate/seen-classes",
      where: `${data.name}, split ${split}`,
      problem,
      expected,
      remedy,
    });
  if (split === "train")
    throw fail(
      "the model was trained on the train classes",
      "val or test",
      "Use --split val or --split test.",
    );
  const others = new Set([...train, ...(split === "test" ? val : test)]);
  const labelled = data.rows.filter((row) => row.label !== undefined);
  const declared = data.rows.some((row) => row.split !== undefined);
  const rows = labelled.filter((row) => (declared ? row.split === split : !others.has(row.label!)));
  const seen = rows.find((row) => others.has(row.label!));
  if (seen)
    throw fail(
      `class "${seen.label}" (${seen.where}) is in another split of the model`,
      "classes the model was neither trained nor selected on",
      "Evaluate a split that was held out, or other data.",
    );
  if (rows.length === 0)
    throw fail("no labelled row is in it", "examples of unseen classes", "Check --split and --data.");
  return rows;
}
