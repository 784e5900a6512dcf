/** What training draws from: decoded tables and episode samplers of the train and validation classes, or groups. */

import { createHash } from "node:crypto";
import { trainingDefaults } from "../base/defaults.js";
import { InputError } from "../base/errors.js";
import { random } from "../base/random.js";
import { type Dataset, hasAny, type Notice, type Split } from "../data/index.js";
import {
  batchSampler,
  type ClassSplit,
  closedSplit,
  type Episode,
  type EpisodeOptions,
  type EpisodeSampler,
  episodeSampler,
  type HeldRows,
  loadTable,
  planModalities,
  splitClasses,
  splitRows,
  type Table,
  type TargetScale,
  targetScaleOf,
  unknownSampler,
} from "../episode/index.js";
import { learnerOf } from "../learner/index.js";
import type { FrozenOptions, ModalitySpec } from "../modality/index.js";
import { mostOf, type Recipe } from "../model/index.js";
import type { Model } from "../model/model.js";
import { checkHeldOut, specsFrom } from "./from.js";
import { labelTextFor } from "./label-text.js";
import { smallerWay, wayThatFits } from "./memory.js";

/** Queries a class that validation asks at most. */
const VALIDATION_QUERIES = 15;

/** Episodes of one way. */
export interface WayEpisodes {
  readonly way: number;
  readonly episodes: readonly Episode[];
}

export interface Validation {
  readonly table: Table;
  /** Of unseen classes; of rows of the train classes, none. */
  readonly episodes: readonly Episode[];
  readonly way: number;
  /** Episodes that also ask of other classes, as far as there are any, to fit the model's certainty on. */
  readonly open: WayEpisodes;
  /** Episodes of other ways, to see whether the temperature fitted on `open` does harm there. */
  readonly otherWays: readonly WayEpisodes[];
}

export interface TrainingData {
  readonly split: ClassSplit;
  /** The rows held out of the train classes, where training is closed and its rows declare no split. */
  readonly held?: HeldRows;
  readonly specs: Record<string, ModalitySpec>;
  readonly table: Table;
  /** How number labels are standardised. */
  readonly targets?: TargetScale;
  readonly sampler: EpisodeSampler;
  readonly way: Recipe["episode"]["way"];
  /** Absent where too few validation classes have enough examples. */
  readonly validation: Validation | undefined;
  /** Rows that are not used: of no split, or without any of the modalities in use. */
  readonly unusedRows: number;
  /** A digest of all that training draws from. */
  readonly digest: string;
  /** What was decided by the examples' sizes. */
  readonly notices: readonly Notice[];
}

export interface PrepareOptions {
  modalities?: readonly string[];
  /** The way the user gave, if any. */
  way?: Recipe["episode"]["way"];
  /** The greatest way where the user gave none; default 20. */
  mostWay?: number;
  /** The model that training starts from. */
  from?: Model;
  threads?: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/** Split, plan, decode and index the data of a run. */
export async function prepareData(
  data: Dataset,
  recipe: Recipe,
  options: PrepareOptions,
): Promise<TrainingData> {
  const {
    split,
    rows: bySplit,
    held,
  } = recipe.closed ? closedSplit(data, recipe.seed) : openSplit(data, recipe);
  const rows = bySplit.train;
  const { from } = options;
  const { signal, threads } = options;
  const frozen = from ? {} : frozenIn(recipe);
  const notices: Notice[] = [];
  const planned = await planModalities(data, options.modalities, rows, {
    frozen,
    ...(!from && { note: (notice: Notice) => notices.push(notice) }),
    threads,
    signal,
    onProgress: options.onProgress,
  });
  const specs = from ? specsFrom(from, recipe, planned) : planned;
  if (from && recipe.closed) checkHeldOut([...bySplit.val, ...bySplit.test], from);
  const heldRows = bySplit.val;
  const labelText = labelTextFor(recipe, specs, rows, heldRows);
  const usable = (some: Table["rows"]) => some.filter((row) => hasAny(row, Object.keys(specs)));
  const total = rows.length + heldRows.length;
  const progress = (before: number) => (done: number) => options.onProgress?.(before + done, total);
  const { task } = recipe;
  const targets = targetScaleOf(usable(rows));
  const loading = { labelText, targets, threads, signal };
  const table = await loadTable(usable(rows), specs, { ...loading, onProgress: progress(0) });
  const { shot, query, across } = recipe.episode;
  const where = `${data.name}, split train`;
  const episode = { task, shot, query, across };
  const valTable = await loadTable(usable(heldRows), specs, {
    ...loading,
    onProgress: progress(rows.length),
  });
  const { batch, fixedWay } = learnerOf(recipe.learner, task);
  if (batch !== undefined && options.way !== undefined) throw ownWay(recipe.learner.name, options.way);
  const usualWay = () => {
    if (batch !== undefined) return split.train.length;
    const eligible = eligibleIn(table, split.train, episode);
    // What learns for one number of classes is validated with as many, so there have to be so many.
    const validated = fixedWay ? eligibleIn(valTable, split.val, validationDraw(recipe)) : 0;
    const most = task === "regression" ? 1 : (options.mostWay ?? trainingDefaults.way);
    const usual = Math.min(most, Math.max(2, validated > 1 ? Math.min(eligible, validated) : eligible));
    const fitting = Math.min(usual, wayThatFits(specs, recipe));
    if (fitting < usual) notices.push(smallerWay(fitting, usual));
    return fitting;
  };
  const way = options.way ?? usualWay();
  // As a range, which is exact also where groups are tasks.
  const drawn: Recipe["episode"]["way"] = fixedWay ? [mostOf(way), mostOf(way)] : way;
  const sampler = batch
    ? batchSampler(table.rows, split.train, batch, where)
    : episodeSampler(table.rows, split.train, { ...episode, way: drawn }, where);
  const lacking = rows.length + heldRows.length - table.rows.length - valTable.rows.length;
  return {
    split,
    held,
    specs,
    table,
    ...(targets && { targets }),
    sampler,
    way,
    validation: recipe.closed
      ? closedValidation(valTable, split.train)
      : validationOf(valTable, split.val, recipe, batch === undefined ? way : trainingDefaults.way),
    unusedRows: split.unusedRows + lacking,
    digest: digestOf(split, from, table, valTable),
    notices,
  };
}

/** What the recipe says of its frozen encoders. */
const frozenIn = ({ encoders: chosen }: Recipe) =>
  Object.fromEntries(
    Object.entries(chosen).flatMap(([modality, encoder]): [string, FrozenOptions][] => {
      if (!("model" in encoder)) return [];
      const { name: _, hidden: __, rectify: ___, ...options } = encoder;
      return [[modality, options]];
    }),
  );

function openSplit(data: Dataset, { seed, episode }: Recipe) {
  const split = splitClasses(data, seed, episode.shot + 1);
  const rows = (name: Split) => splitRows(data, split, name);
  return { split, rows: { train: rows("train"), val: rows("val"), test: rows("test") }, held: undefined };
}

const ownWay = (learner: string, way: unknown) =>
  new InputError({
    code: "recipe/all-classes",
    where: 'recipe, field "episode.way"',
    problem: `the value is ${JSON.stringify(way)}, and ${learner} learns all train classes at once`,
    expected: "none",
    remedy: "Leave it out, or choose another learner.",
  });

/** Two runs draw the same exactly where this is the same. */
function digestOf(split: ClassSplit, from: Model | undefined, ...tables: Table[]): string {
  const hash = createHash("sha256")
    .update(JSON.stringify(split))
    .update(from?.hash ?? "");
  for (const { rows, columns, targets } of tables) {
    if (targets) hash.update(JSON.stringify(targets));
    hash.update(JSON.stringify(rows.map(({ id, label, target, group }) => [id, target ?? label, group])));
    for (const { data, present } of Object.values(columns)) hash.update(data).update(present);
  }
  return hash.digest("hex");
}

type Draw = Omit<EpisodeOptions, "way">;

/** The most classes that an episode could have; 0 where there is none to draw. */
function eligibleIn(table: Table, classes: readonly string[], draw: Draw): number {
  try {
    return episodeSampler(table.rows, classes, { ...draw, way: fewest(draw.task) }, "").mostWay;
  } catch (error) {
    if (error instanceof InputError && error.code === "data/too-few-eligible") return 0;
    throw error;
  }
}

/** The classes that an episode has at least. */
const fewest = (task: Draw["task"]) => (task === "regression" ? 1 : 2);

/** How a validation episode is drawn, but for its way. */
const validationDraw = ({ task, episode: { shot, across } }: Recipe): Draw => ({
  task,
  shot,
  query: VALIDATION_QUERIES,
  across,
});

const closedValidation = (table: Table, classes: readonly string[]): Validation | undefined =>
  table.rows.length === 0
    ? undefined
    : { table, episodes: [], way: classes.length, open: { episodes: [], way: 0 }, otherWays: [] };

function validationOf(
  table: Table,
  classes: readonly string[],
  recipe: Recipe,
  way: Recipe["episode"]["way"],
): Validation | undefined {
  const { task, train, seed } = recipe;
  const draw = validationDraw(recipe);
  const most = Math.min(mostOf(way), eligibleIn(table, classes, draw));
  const { fixedWay } = learnerOf(recipe.learner, task);
  if (most < fewest(task) || (fixedWay && most !== way)) return undefined;
  const drawn: Recipe["episode"]["way"] = fixedWay ? [most, most] : most;
  const sampler = episodeSampler(table.rows, classes, { ...draw, way: drawn }, "split val");
  const episodes = Array.from({ length: train.evalEpisodes }, (_, i) =>
    sampler.draw(random(seed, "validate", i)),
  );
  const open = openEpisodes(table, classes, recipe, most);
  const otherWays =
    fixedWay || task === "regression" ? [] : episodesOfOtherWays(table, classes, recipe, open.way);
  return { table, episodes, way: most, open, otherWays };
}

/** As many classes are left over to be unknown as an episode has, where the way is free and there are so many. */
function openEpisodes(table: Table, classes: readonly string[], recipe: Recipe, most: number): WayEpisodes {
  const { task, train, seed } = recipe;
  const draw = validationDraw(recipe);
  const half = Math.max(fewest(task), Math.floor(eligibleIn(table, classes, draw) / 2));
  const way = learnerOf(recipe.learner, task).fixedWay ? most : Math.min(most, half);
  const sampler = episodeSampler(table.rows, classes, { ...draw, way }, "split val");
  const more = unknownSampler(table.rows, draw);
  const episodes = Array.from({ length: train.evalEpisodes }, (_, i) =>
    more(sampler.draw(random(seed, "certainty", i)), random(seed, "unknown", i)),
  );
  return { episodes, way };
}

/** The ways that people most often ask at, and the most that there can be. */
function episodesOfOtherWays(
  table: Table,
  classes: readonly string[],
  recipe: Recipe,
  fitted: number,
): WayEpisodes[] {
  const draw = validationDraw(recipe);
  const most = eligibleIn(table, classes, draw);
  const ways = [...new Set([2, 5, Math.min(trainingDefaults.way, most)])].filter(
    (way) => way <= most && way !== fitted,
  );
  return ways.map((way) => {
    const sampler = episodeSampler(table.rows, classes, { ...draw, way: [way, way] }, "split val");
    const episodes = Array.from({ length: recipe.train.evalEpisodes }, (_, i) =>
      sampler.draw(random(recipe.seed, `temperature ${way}`, i)),
    );
    return { way, episodes };
  });
}
