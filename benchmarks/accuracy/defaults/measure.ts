/** Trains and evaluates the default recipe on one data set, and its baselines on the same episodes. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Evaluation, loadModel, openDataset } from "../../../src/index.js";
import { baselineRow } from "../baseline-predictor.js";
import { dataSets } from "../data-sets/index.js";
import { convertDataSet, metamodal, type RunContext } from "../runner.js";
import type { AdditionalRow } from "../types.js";
import type { DefaultsDataSet } from "./data-sets.js";
import { baselineName, nearestCentroid } from "./nearest-centroid.js";

/** The stored result of one data set. */
export interface DefaultsResult {
  readonly evaluation: Evaluation;
  readonly baselines: readonly AdditionalRow[];
  /** Seconds of training by modality, or by modalities joined with `+`. */
  readonly seconds: Readonly<Record<string, number>>;
}

export interface DefaultsOptions {
  /** Number of evaluation episodes. */
  readonly episodes: number;
  /** Training budget per model in minutes; default: that of `metamodal train`. */
  readonly minutes: string | undefined;
}

/** Path of the converted data folder; undefined if the original files are not available. */
export async function dataFolderOf(
  { name }: DefaultsDataSet,
  context: RunContext,
): Promise<string | undefined> {
  if (name === "omniglot") return resolve("datasets/omniglot");
  const set = dataSets.find((each) => each.name === name);
  if (!set || !existsSync(join(context.data, name))) return undefined;
  await convertDataSet(set, context);
  return join(context.work, name, "data");
}

/** Measure one data set, or read its stored result from the work folder. */
export async function measureDefaults(
  set: DefaultsDataSet,
  data: string,
  { episodes, minutes }: DefaultsOptions,
  context: RunContext,
): Promise<DefaultsResult> {
  const folder = join(context.work, "defaults");
  const file = join(folder, `${set.name}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as DefaultsResult;
  mkdirSync(folder, { recursive: true });
  const model = `${set.name}.model`;
  context.log(`${set.name}: training`);
  const modalities = set.modalities ? ["--modalities", set.modalities.join(",")] : [];
  const budget = minutes ? ["--minutes", minutes] : [];
  const trainArgs = ["train", data, "--with-unimodal", ...modalities, ...budget, "--out", model, "--json"];
  const seconds = trainingSeconds(await metamodal(trainArgs, folder, context));
  context.log(`${set.name}: evaluating`);
  const flags = Object.entries(set.flags).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const evaluateArgs = ["evaluate", model, "--data", data, ...flags, "--episodes", `${episodes}`, "--json"];
  const evaluation = JSON.parse(await metamodal(evaluateArgs, folder, context)) as Evaluation;
  const baselines = await baselinesOf(join(folder, model), set, data, episodes, context.threads);
  const result: DefaultsResult = { evaluation, baselines, seconds };
  writeFileSync(file, JSON.stringify(result));
  return result;
}

/** Seconds by trained part, from the events that `metamodal train --json` prints. */
function trainingSeconds(events: string): Record<string, number> {
  const done = events
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; part: string; seconds: number })
    .filter(({ type }) => type === "done");
  return Object.fromEntries(done.map(({ part, seconds }) => [part, seconds]));
}

async function baselinesOf(
  path: string,
  { flags }: DefaultsDataSet,
  folder: string,
  episodes: number,
  threads: number,
): Promise<AdditionalRow[]> {
  const model = await loadModel(path, { threads });
  const data = await openDataset(folder);
  const rows: AdditionalRow[] = [];
  for (const [name, { kind }] of Object.entries(model.card.modalities)) {
    const compute = baselineRow(baselineName(kind, name), nearestCentroid(name));
    rows.push(...(await compute(model, { ...flags, episodes, data })));
  }
  return rows;
}
