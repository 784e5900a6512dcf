/** The data of a training: splits, array specifications, decoded tables, and samplers of training and validation episodes. */

import { bytesOf } from "../base/bytes.js";
import { trainingDefaults } from "../base/defaults.js";
import { InputError } from "../base/errors.js";
import { sha256 } from "../base/sha256.js";
import { type Dataset, hasAny, type Notice, type Split } from "../data/index.js";
import {
  batchSampler,
  type ClassSplit,
  closedSplit,
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
} from "../episode/index.js";
import { learnerOf } from "../learner/index.js";
import type { FrozenOptions, ModalitySpec } from "../modality/index.js";
import { mostOf, type Recipe } from "../model/index.js";
import type { Model } from "../model/model.js";
import { checkHeldOut, specsFrom } from "./from.js";
import { labelTextFor } from "./label-text.js";
import { smallerWay, wayThatFits } from "./memory.js";
import {
  closedValidation,
  episodeValidation,
  largestWay,
  type Validation,
  validationDraw,
} from "./validation-data.js";

export interface TrainingData {
  readonly split: ClassSplit;
  /** The held-out rows of the train classes, in closed (supervised) training on data that declare no split. */
  readonly held?: HeldRows;
  /** How the values of each modality become arrays. */
  readonly specs: Record<string, ModalitySpec>;
  /** The train rows. */
  readonly table: Table;
  /** How regression targets are standardised. */
  readonly targets?: TargetScale;
  readonly sampler: EpisodeSampler;
  readonly way: Recipe["episode"]["way"];
  /** Undefined if too few validation classes have enough examples. */
  readonly validation: Validation | undefined;
  /** Rows that are not used: of no split, or with none of the modalities in use. */
  readonly unusedRows: number;
  /** A digest of the splits and the tables. */
  readonly digest: string;
  /** What planning the modalities and the way decided. */
  readonly notices: readonly Notice[];
}

export interface PrepareOptions {
  modalities?: readonly string[];
  /** The way of the recipe or the command line, if stated. */
  way?: Recipe["episode"]["way"];
  /** The largest way if none is stated; default 20. */
  mostWay?: number;
  /** The model that training starts from. */
  from?: Model;
  threads?: number;
  signal?: AbortSignal;
  /** Called with the rows decoded so far, and all rows. */
  onProgress?: (done: number, total: number) => void;
}

/** Split the data, plan its modalities, decode the train and validation rows, and index them for drawing episodes. */
export async function prepareData(
  data: Dataset,
  recipe: Recipe,
  options: PrepareOptions,
): Promise<TrainingData> {
  const { from } = options;
  const { split, rows, held } = recipe.closed ? closedSplit(data, recipe.seed) : openSplit(data, recipe);
  const { specs, notices } = await planSpecs(data, recipe, rows.train, options);
  if (from && recipe.closed) checkHeldOut([...rows.val, ...rows.test], from);
  const { table, valTable } = await loadTables(recipe, specs, rows, options);
  const { batch } = learnerOf(recipe.learner, recipe.task);
  const tables = { table, valTable, split, specs };
  const { way, notices: wayNotices } = chooseWay(recipe, tables, options);
  const missing = rows.train.length + rows.val.length - table.rows.length - valTable.rows.length;
  return {
    split,
    held,
    specs,
    table,
    ...(table.targets && { targets: table.targets }),
    sampler: samplerOf(table, split, recipe, way, `${data.name}, split train`),
    way,
    validation: recipe.closed
      ? closedValidation(valTable, split.train)
      : episodeValidation(valTable, split.val, recipe, batch === undefined ? way : trainingDefaults.way),
    unusedRows: split.unusedRows + missing,
    digest: digestOf(split, from, table, valTable),
    notices: [...notices, ...wayNotices],
  };
}

function openSplit(data: Dataset, { seed, episode }: Recipe) {
  const split = splitClasses(data, seed, episode.shot + 1);
  const rows = (name: Split) => splitRows(data, split, name);
  return { split, rows: { train: rows("train"), val: rows("val"), test: rows("test") }, held: undefined };
}

/** Array specifications of the modalities: planned from the train rows, or taken from the model to start from. */
async function planSpecs(
  data: Dataset,
  recipe: Recipe,
  trainRows: Table["rows"],
  { modalities, from, threads, signal, onProgress }: PrepareOptions,
) {
  const notices: Notice[] = [];
  const planned = await planModalities(data, modalities, trainRows, {
    frozen: from ? {} : frozenOptions(recipe),
    builtin: builtinOf(recipe).filter((name) => !from?.modalities.includes(name)),
    ...(!from && { note: (notice: Notice) => notices.push(notice) }),
    threads,
    signal,
    onProgress,
  });
  return { specs: from ? specsFrom(from, recipe, planned) : planned, notices };
}

/** The options of a recipe's frozen encoders, by modality. */
const frozenOptions = ({ encoders: chosen }: Recipe) =>
  Object.fromEntries(
    Object.entries(chosen).flatMap(([modality, encoder]): [string, FrozenOptions][] => {
      if (!("model" in encoder)) return [];
      const { name: _, hidden: __, rectify: ___, ...options } = encoder;
      return [[modality, options]];
    }),
  );

/** The modalities whose encoder is the built-in one. */
const builtinOf = ({ encoders }: Recipe) =>
  Object.keys(encoders).filter((modality) => encoders[modality].name === "default");

/** Decode the train and validation rows that have a modality in use. */
async function loadTables(
  recipe: Recipe,
  specs: TrainingData["specs"],
  { train, val }: Readonly<Record<"train" | "val", Table["rows"]>>,
  { threads, signal, onProgress }: PrepareOptions,
) {
  const usable = (rows: Table["rows"]) => rows.filter((row) => hasAny(row, Object.keys(specs)));
  const labelText = labelTextFor(recipe, specs, train, val);
  const targets = targetScaleOf(usable(train));
  const load = (rows: Table["rows"], before: number) =>
    loadTable(usable(rows), specs, {
      labelText,
      targets,
      threads,
      signal,
      onProgress: (done) => onProgress?.(before + done, train.length + val.length),
    });
  const table = await load(train, 0);
  return { table, valTable: await load(val, train.length) };
}

/**
 * The way of training: the stated one, all train classes for a learner of batches, or else the largest that is usual, can
 * be drawn, and fits the memory of a program.
 */
function chooseWay(
  recipe: Recipe,
  { table, valTable, split, specs }: Pick<TrainingData, "table" | "split" | "specs"> & { valTable: Table },
  options: PrepareOptions,
): { way: Recipe["episode"]["way"]; notices: Notice[] } {
  const { task, learner } = recipe;
  const { batch, fixedWay } = learnerOf(learner, task);
  if (batch !== undefined && options.way !== undefined) throw allClasses(learner.name, options.way);
  if (options.way !== undefined) return { way: options.way, notices: [] };
  if (batch !== undefined) return { way: split.train.length, notices: [] };
  const { shot, query, across } = recipe.episode;
  const eligible = largestWay(table, split.train, { task, shot, query, across });
  // A learner of a fixed way is validated with the same way, so validation needs as many classes.
  const validated = fixedWay ? largestWay(valTable, split.val, validationDraw(recipe)) : 0;
  const most = task === "regression" ? 1 : (options.mostWay ?? trainingDefaults.way);
  const usual = Math.min(most, Math.max(2, validated > 1 ? Math.min(eligible, validated) : eligible));
  const way = Math.min(usual, wayThatFits(specs, recipe));
  return { way, notices: way < usual ? [smallerWay(way, usual)] : [] };
}

function samplerOf(
  table: Table,
  split: ClassSplit,
  { task, learner, episode: { shot, query, across } }: Recipe,
  way: Recipe["episode"]["way"],
  where: string,
): EpisodeSampler {
  const { batch, fixedWay } = learnerOf(learner, task);
  if (batch) return batchSampler(table.rows, split.train, batch, where);
  // A range with equal ends is an exact way, also if groups are tasks.
  const exact: Recipe["episode"]["way"] = fixedWay ? [mostOf(way), mostOf(way)] : way;
  return episodeSampler(table.rows, split.train, { task, shot, query, across, way: exact }, where);
}

const allClasses = (learner: string, way: unknown) =>
  new InputError({
    code: "recipe/all-classes",
    where: 'recipe, field "episode.way"',
    problem: `the value is ${JSON.stringify(way)}, and ${learner} learns all train classes at once`,
    expected: "none",
    remedy: "Leave it out, or choose another learner.",
  });

/** A digest that is equal for two runs if and only if they draw the same episodes. */
function digestOf(split: ClassSplit, from: Model | undefined, ...tables: Table[]): string {
  const parts: (Uint8Array | string)[] = [JSON.stringify(split), from?.hash ?? ""];
  for (const { rows, columns, targets } of tables) {
    if (targets) parts.push(JSON.stringify(targets));
    parts.push(JSON.stringify(rows.map(({ id, label, target, group }) => [id, target ?? label, group])));
    for (const { data, present } of Object.values(columns)) parts.push(bytesOf(data), bytesOf(present));
  }
  return sha256(...parts);
}
