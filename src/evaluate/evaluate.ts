/**
 * Evaluate a model on episodes of classes (of groups, where labels are numbers) it has not seen: every row on the same
 * episodes, with a 95 % interval, every modality alone, missing modalities, an untrained network, and chance, which
 * for numbers is to answer the mean of the support's. An example that lacks all the
 * modalities a row is given is still asked, and is answered from nothing: that is what the row is worth on it.
 */

import { InputError } from "../base/errors.js";
import { random } from "../base/random.js";
import {
  type Dataset,
  type Episode,
  episodeSampler,
  hasAny,
  labelModality,
  loadTable,
  type Row,
  type Split,
  type Table,
  type TaskKind,
  taskOf,
  unitOf,
  unitWords,
  unitWordsOf,
  unknownSampler,
  type View,
} from "../data/index.js";
import { checkNames, mostOf, Runtime, viewOf } from "../model/index.js";
import type { Model } from "../model/model.js";
import type { AskedView } from "../model/view.js";
import { type Attribution, attributionOf, checkAttributable } from "./attribution.js";
import { evaluateCertainty } from "./certainty.js";
import { isBetter, type Measured, measured } from "./measure.js";
import type { CertaintyEvaluation } from "./open-set.js";
import { type EpisodeResult, errorsOf, scoreEpisodes } from "./score.js";
import { meanWithInterval } from "./statistics.js";

/** What support and query show (`supportModalities`, `queryModalities`, `labelShots`) is by default as in training. */
export interface EvaluateOptions extends AskedView {
  data: Dataset;
  /** Default `test`. Train classes are refused. */
  split?: Split;
  /** Classes an episode, or at most where groups are tasks; default 5, or the model's where its learner takes no other. Leave it out for numbers. */
  way?: number;
  /** Support examples a class; default 1 or, where labels are numbers, the model's. */
  shot?: number;
  /** Query examples a class at most; default 15. */
  query?: number;
  /** Default 1,000. */
  episodes?: number;
  /** Draw support and query from different groups. */
  across?: "group" | null;
  /** `transductive` normalises by the queries' own statistics; default the model's mode. */
  mode?: "inductive" | "transductive";
  /** Also tell what each modality adds, which scores every subset of them. */
  attribute?: boolean;
  seed?: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number, row: string) => void;
}

/** What a row of an evaluation is about. */
export type RowKind = "fused" | "alone" | "support-missing" | "query-missing" | "untrained" | "chance";

/** `accuracy`, or `mse` and `mae` (mean squared and absolute error) where labels are numbers. */
export interface EvaluationRow extends Measured {
  readonly kind: RowKind;
  readonly name: string;
  /** The modalities that support and query were given. */
  readonly support: readonly string[];
  readonly query: readonly string[];
  /** How many support examples more the name of each class was; none, when absent. */
  readonly labelShots?: number;
  readonly mae?: number;
  /** Half-width of the 95 % interval of accuracy or mse over episodes. */
  readonly ci95: number;
  readonly msPerEpisode: number;
  /** How much better the first row is on the same episodes, with the half-width of its 95 % interval. */
  readonly behindFirst?: { readonly difference: number; readonly ci95: number };
}

export interface Evaluation {
  readonly data: string;
  readonly split: Split;
  readonly task: TaskKind;
  readonly way: number;
  readonly shot: number;
  readonly query: number;
  readonly episodes: number;
  readonly seed: number;
  readonly mode: "inductive" | "transductive";
  readonly across: "group" | null;
  /** What support and query show. */
  readonly supportModalities: readonly string[];
  readonly queryModalities: readonly string[];
  readonly labelShots: number;
  /** What is drawn, and unseen: a class, or a group where groups are tasks. */
  readonly unit: string;
  /** Classes (groups) with too few examples for an episode. */
  readonly ineligible: readonly string[];
  /** Rows of the split that have none of the model's modalities. */
  readonly unusedRows: number;
  readonly rows: readonly EvaluationRow[];
  /** Of the first row, what it knows of its own certainty; absent where labels are numbers. */
  readonly certainty?: CertaintyEvaluation;
  /** What each modality adds to chance; together, what the first row has above it. */
  readonly attribution?: readonly Attribution[];
}

/** What was measured, and on what. */
export type Protocol = Omit<Evaluation, "rows" | "certainty" | "attribution">;

/** What every row of an evaluation is scored on. */
export interface Drawn {
  readonly protocol: Protocol;
  /** The rows that examples are of. */
  readonly table: Table;
  readonly episodes: readonly Episode[];
}

const labelWords: Readonly<Record<TaskKind, string>> = {
  classification: "names of classes",
  regression: "numbers",
};

/** A row to be scored: a network, its weights, and what it is given. */
interface Contender extends View {
  readonly kind: RowKind;
  readonly name: string;
  readonly model: Model;
  readonly untrained?: boolean;
}

/** Draw the episodes of an evaluation, which depend on the model's modalities and the classes it has not seen alone. */
export async function drawEvaluation(model: Model, options: EvaluateOptions): Promise<Drawn> {
  const { task, episode: trained } = model.card.recipe;
  const { fixedWay } = model.runtime.learner;
  const usualShot = task === "regression" ? trained.shot : 1;
  const usualWay = fixedWay ? mostOf(trained.way) : task === "regression" ? 1 : 5;
  const { data, split = "test", way = usualWay, shot = usualShot, query = 15, seed = 0 } = options;
  const { episodes: count = 1000, across = null, signal } = options;
  const mode = options.mode ?? trained.mode;
  checkOptions({ split, count, seed, mode });
  if (fixedWay && way !== usualWay) throw otherWay(model, way);
  const view = viewFor(model, options);
  const labelled = evaluationRows(model, data, split);
  const rows = labelled.filter((row) => hasAny(row, model.modalities));
  checkNames(rows, view);
  const units = [...new Set(rows.map((row) => unitOf(row)!))].sort();
  const draw = { task, way, shot, query, across };
  const exact = fixedWay && task === "classification" ? { way: [way, way] as [number, number] } : {};
  const sampler = episodeSampler(rows, units, { ...draw, ...exact }, `${data.name}, split ${split}`);
  const episodes = Array.from({ length: count }, (_, i) => sampler.draw(random(seed, "evaluate", i)));
  const labelText = model.runtime.labelSpec(view);
  const { threads } = model.runtime.engine;
  const table = await loadTable(rows, model.card.modalities, { signal, threads, labelText });
  const protocol: Protocol = {
    data: data.name,
    split,
    task,
    way,
    shot,
    query,
    episodes: count,
    seed,
    mode,
    across,
    supportModalities: view.support,
    queryModalities: view.query,
    labelShots: view.labelShots ?? 0,
    unit: unitWordsOf(rows)[0],
    ineligible: sampler.ineligible,
    unusedRows: labelled.length - rows.length,
  };
  return { protocol, table, episodes };
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
    const scored = await scoreContender(contender, mode, table, episodes, progress(name));
    const msPerEpisode = (performance.now() - started) / count;
    const scores = scored.map(({ score }) => score);
    first ??= scores;
    const told = { ...summaryOf(task, scored), msPerEpisode, ...behind(task, first, scores) };
    rows.push({ kind, name, support, query, ...(labelShots && { labelShots }), ...told });
  }
  rows.push(chanceRow(drawn));
  const more = unknownSampler(table.rows, { query, across });
  const certainty =
    task === "classification"
      ? await evaluateCertainty(
          runtimeFor(model, mode),
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
    const scored = await scoreContender(subset, mode, table, episodes, progress(given.join("+")));
    return scored.map(({ score }) => score);
  };
  const worthOf = async (given: readonly string[]) => (await scoresOf(given)).map((x) => sign(task) * x);
  return { ...protocol, rows, certainty, attribution: await attributionOf(model.modalities, worthOf) };
}

/** 1 where more of the score is better, −1 where less is. */
const sign = (task: TaskKind) => (isBetter(task, 1, 0) ? 1 : -1);

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

const otherWay = ({ card: { recipe } }: Model, way: number) =>
  new InputError({
    code: "evaluate/fixed-way",
    where: "option way",
    problem: `the value is ${way}`,
    expected: `${recipe.episode.way}, which ${recipe.learner.name} was meta-trained for`,
    remedy: "Leave it out for the default, or train with that way.",
  });

/** Means over episodes. */
function summaryOf(task: TaskKind, results: readonly EpisodeResult[]) {
  const { mean, ci95 } = meanWithInterval(results.map(({ score }) => score));
  if (task === "classification") return { ...measured(task, mean), ci95 };
  return { ...measured(task, mean), mae: meanWithInterval(results.map(({ mae }) => mae!)).mean, ci95 };
}

/** The accuracy of guesses; episodes may differ in their number of classes. */
function chanceOf(episodes: readonly Episode[]): number {
  const ways = new Set(episodes.map(({ classes }) => classes.length));
  const share = (way: number) =>
    episodes.filter(({ classes }) => classes.length === way).length / episodes.length;
  return [...ways].reduce((sum, way) => sum + share(way) / way, 0);
}

/** How it goes to guess or, where labels are numbers, to answer the mean of the support's. */
const byChance = ({ protocol, table, episodes }: Drawn): EpisodeResult[] =>
  episodes.map(({ classes, support, query }) => {
    if (protocol.task === "classification") return { score: 1 / classes.length, answers: [] };
    const mean = support.reduce((sum, { row }) => sum + table.rows[row].target!, 0) / support.length;
    return errorsOf(query.map(({ row }) => mean - table.rows[row].target!));
  });

/** The row of {@link byChance}. */
export function chanceRow(drawn: Drawn): EvaluationRow {
  const isRegression = drawn.protocol.task === "regression";
  const scores = isRegression
    ? summaryOf("regression", byChance(drawn))
    : { accuracy: chanceOf(drawn.episodes), ci95: 0 };
  const name = isRegression ? "support mean" : "chance";
  return { kind: "chance", name, support: [], query: [], ...scores, msPerEpisode: 0 };
}

/** How much better the first row is, paired on the same episodes. */
function behind(
  task: TaskKind,
  first: readonly number[],
  own: readonly number[],
): Pick<EvaluationRow, "behindFirst"> {
  if (first === own) return {};
  const { mean, ci95 } = meanWithInterval(first.map((x, i) => sign(task) * (x - own[i])));
  return { behindFirst: { difference: mean, ci95 } };
}

/** What an evaluation shows, which is what training did unless it is asked otherwise. */
function viewFor(
  { card, runtime }: Model,
  { supportModalities, queryModalities, labelShots }: AskedView,
): View {
  const { support, query, labelShots: trained } = runtime.view;
  const asked = {
    supportModalities: supportModalities ?? support,
    queryModalities: queryModalities ?? query,
    labelShots: labelShots ?? trained,
  };
  return viewOf(asked, card.modalities, card.recipe.task, (field) => `evaluate, option ${field}`);
}

/** The rows of an evaluation, in their order. A model of one modality is asked by that, with names where it is their text. */
function contendersOf(model: Model, view: View): Contender[] {
  const { support, query, labelShots = 0 } = view;
  const all = model.modalities.join("+");
  const row = (kind: RowKind, name: string, shown: Partial<Contender>): Contender => ({
    kind,
    name,
    model,
    ...view,
    ...shown,
  });
  const eachWithout = (names: readonly string[]) =>
    names.length > 1 ? names.map((name) => [name, names.filter((other) => other !== name)] as const) : [];
  const text = labelModality(model.card.modalities);
  return [
    row("fused", all, {}),
    ...Object.entries(model.alone).map(([name, alone]) =>
      row("alone", name, {
        support: [name],
        query: [name],
        labelShots: name === text ? labelShots : 0,
        model: alone,
      }),
    ),
    ...eachWithout(support).map(([name, rest]) =>
      row("support-missing", `support without ${name}`, { support: rest }),
    ),
    ...(labelShots > 0 ? [row("support-missing", "support without label shots", { labelShots: 0 })] : []),
    ...eachWithout(query).map(([name, rest]) =>
      row("query-missing", `query without ${name}`, { query: rest }),
    ),
    row("untrained", `untrained ${all}`, { untrained: true }),
  ];
}

function runtimeFor({ card: { recipe, modalities }, runtime }: Model, mode: "inductive" | "transductive") {
  if (mode === recipe.episode.mode) return runtime;
  return new Runtime(runtime.engine, { ...recipe, episode: { ...recipe.episode, mode } }, modalities);
}

function scoreContender(
  { model, untrained, support, query, labelShots }: Contender,
  mode: "inductive" | "transductive",
  table: Table,
  episodes: readonly Episode[],
  options: Parameters<typeof scoreEpisodes>[5],
): Promise<EpisodeResult[]> {
  const runtime = runtimeFor(model, mode);
  const weights = untrained ? runtime.init(model.card.recipe.seed) : model.weights;
  return scoreEpisodes(runtime, weights, table, episodes, { support, query, labelShots }, options);
}

/**
 * The rows whose classes may be evaluated: of the split, and none that the model was trained or selected on. Where
 * the data declare no split, the one stored in the model holds.
 */
function evaluationRows(model: Model, data: Dataset, split: Split): Row[] {
  const { train, val, test, seen: before = [] } = model.card.classes;
  const { task } = model.card.recipe;
  const fail = (problem: string, expected: string, remedy: string) =>
    new InputError({
      code: "evaluate/seen-classes",
      where: `${data.name}, split ${split}`,
      problem,
      expected,
      remedy,
    });
  const found = taskOf(data.rows) ?? task;
  if (found !== task)
    throw new InputError({
      code: "evaluate/other-labels",
      where: data.name,
      problem: `the labels are ${labelWords[found]}`,
      expected: `${labelWords[task]}, which the model was trained to predict`,
      remedy: "Evaluate on other data, or train a model on these.",
    });
  if (split === "train")
    throw fail(
      `the model was trained on the train ${unitWords[task][1]}`,
      "val or test",
      "Use --split val or --split test.",
    );
  const others = new Set<string | undefined>([...train, ...before, ...(split === "test" ? val : test)]);
  const [unit, units] = unitWordsOf(data.rows);
  const labelled = data.rows.filter((row) => unitOf(row) !== undefined);
  const declared = data.rows.some((row) => row.split !== undefined);
  const rows = labelled.filter((row) => (declared ? row.split === split : !others.has(unitOf(row))));
  const seen = rows.find((row) => others.has(unitOf(row)));
  if (seen)
    throw fail(
      `${unit} "${unitOf(seen)}" (${seen.where}) is in another split of the model`,
      `${units} the model was neither trained nor selected on`,
      "Evaluate a split that was held out, or other data.",
    );
  if (rows.length === 0)
    throw fail("no labelled row is in it", `examples of unseen ${units}`, "Check --split and --data.");
  return rows;
}
