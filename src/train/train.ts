/** `metaTrain`: trains a model and, if wanted, a unimodal model of each modality by the same recipe and budget. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.js";
import { resolvePlace } from "../base/place.js";
import { type Dataset, labelModality } from "../data/index.js";
import { type Engine, engineFor } from "../engine/index.js";
import type { EngineOptions } from "../engine/run/options.js";
import { ModelDefinition } from "../model/index.js";
import { Model } from "../model/model.js";
import type { RecipeInput } from "../model/recipe.js";
import { cardOf } from "./card.js";
import { checkpointName } from "./checkpoint-name.js";
import { completeRecipe, recipeFor } from "./complete-recipe.js";
import { prepareData } from "./data.js";
import type { TrainEvent } from "./events.js";
import { aloneOf } from "./from.js";
import { trainPart } from "./part.js";
import { TrainingPrograms } from "./programs.js";
import { type Prepared, prepareUnimodal, restrictRecipe } from "./unimodal.js";

/** Options of {@link metaTrain}: the fields of a recipe, the data set, and how to run. */
export interface MetaTrainOptions extends Omit<RecipeInput, "data" | "from">, EngineOptions {
  data: Dataset;
  /** A model whose encoders and fusion training starts from; the recipe's defaults for these are its. */
  from?: Model;
  /** Whether to train a unimodal model of each modality as well, for comparison. */
  withUnimodal?: boolean;
  /** The folder of checkpoints; without it none is written. */
  runFolder?: string;
  /** Whether to resume from the checkpoints in `runFolder`. */
  resume?: boolean;
  /** Aborting stops after the current step and writes a checkpoint. */
  signal?: AbortSignal;
  /** Called before the first step with the rows decoded so far, and all rows. */
  onLoad?: (done: number, total: number) => void;
}

/** A training run: an iterable of events. Training advances while it is iterated. */
export interface Run extends AsyncIterable<TrainEvent> {
  /**
   * Train to the end, if that has not happened yet, and return the model.
   *
   * @throws {InputError | RunError} what iterating throws; see {@link metaTrain}.
   * @example const model = await metaTrain({ data, width: 8, train: { steps: 2 } }).model();
   */
  model(): Promise<Model>;
}

/**
 * Meta-train a model on the train classes of `data`, selecting the best weights on its validation classes.
 *
 * @throws {InputError} while iterating: `recipe/…` for the recipe, `data/…` and `train/…` for data and options.
 * @throws {RunError} `train/diverged` if a loss is not finite.
 * @example
 * const run = metaTrain({ data, fusion: "gated", width: 8, train: { steps: 2 }, seed: 1 });
 * for await (const event of run) console.error(event);
 * const model = await run.model();
 */
export function metaTrain(options: MetaTrainOptions): Run {
  const events = trainAll(options);
  let result: Model | undefined;
  let failure: { readonly error: unknown } | undefined;
  const next = async (): Promise<IteratorResult<TrainEvent, undefined>> => {
    try {
      const step = await events.next();
      if (!step.done) return step;
      result ??= step.value;
      return { done: true, value: undefined };
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  return {
    [Symbol.asyncIterator]: () => ({ next }),
    async model() {
      while (!result && !failure) await next();
      if (failure) throw failure.error;
      return result!;
    },
  };
}

async function* trainAll(options: MetaTrainOptions): AsyncGenerator<TrainEvent, Model> {
  const { data: dataset, from, withUnimodal, runFolder: _, ...rest } = options;
  const { resume = false, signal, onLoad, threads, device, ...input } = rest;
  const folder = checkedFolder(options);
  const { recipe: stated, mostWay, chosen } = recipeFor(input, dataset, from);
  const data = await prepareData(dataset, stated, {
    modalities: stated.modalities,
    way: input.episode?.way,
    mostWay,
    from,
    threads,
    signal,
    onProgress: onLoad,
  });
  const all: Prepared = { recipe: completeRecipe(stated, data), data };
  if (chosen.length > 0) yield { type: "defaults", chosen };
  const engine = engineFor({ threads, device });
  const run: PartRun = { dataset, folder, resume, engine, signal };
  const modalities = Object.keys(data.specs);
  const unimodal = withUnimodal && modalities.length > 1 ? modalities : [];
  const sources = unimodal.map((name) => aloneOf(from, name));
  const fused = yield* trainModel(run, modalities, from, all);
  if (unimodal.length === 0) return fused;
  const alone: Record<string, Model> = {};
  for (const [i, name] of unimodal.entries()) {
    const prepared = from ? all : await prepareUnimodal(name, all, dataset, { threads, signal });
    alone[name] = yield* trainModel(run, [name], sources[i], prepared);
  }
  return new Model({ ...fused.card, alone: modalities }, fused.weights, engine, alone);
}

/** What all parts of a run have in common. */
interface PartRun {
  readonly dataset: Dataset;
  /** The folder of checkpoints. */
  readonly folder: string | undefined;
  readonly resume: boolean;
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
}

/** Train a model on some of the modalities, starting from the network of `from` if there is one. */
async function* trainModel(
  { dataset, folder, resume, engine, signal }: PartRun,
  modalities: readonly string[],
  from: Model | undefined,
  { recipe: complete, data }: Prepared,
): AsyncGenerator<TrainEvent, Model> {
  const recipe = restrictRecipe(complete, modalities, labelModality(data.specs));
  const specs = Object.fromEntries(modalities.map((name) => [name, data.specs[name]]));
  const programs = new TrainingPrograms(new ModelDefinition(recipe, specs), engine);
  const part = modalities.join("+");
  const checkpoint = folder && join(folder, checkpointName(part));
  const trained = yield* trainPart({ part, recipe, programs, data, from, checkpoint, resume, signal });
  return new Model(cardOf(recipe, specs, dataset, data, trained, from), trained.weights, engine);
}

/** Check the options that need no data; returns the resolved run folder. */
function checkedFolder({ data, runFolder, resume = false }: MetaTrainOptions): string | undefined {
  if (!Array.isArray(data?.rows))
    throw new InputError({
      code: "train/no-data",
      where: "metaTrain, option data",
      problem: "the value is not a data set",
      expected: "what openDataset or createDataset gives",
      remedy: "Open the data first: data: await openDataset(path).",
    });
  if (runFolder === undefined && !resume) return undefined;
  const path = runFolder || "metaTrain, option runFolder";
  const context = { code: "train/run-folder", where: path, remedy: "Choose another folder." };
  const folder = runFolder === undefined ? undefined : resolvePlace(runFolder, context, "a free path");
  if (folder !== undefined && existsSync(folder) === resume) return folder;
  throw new InputError({
    code: resume ? "train/nothing-to-resume" : "train/run-exists",
    where: path,
    problem: resume ? "there is no run to resume" : "a run is already there",
    expected: resume ? "the folder of an interrupted run" : "a free path",
    remedy: resume
      ? "Leave out --resume to start afresh."
      : "Continue it by --resume, remove the folder, or train to another --out.",
  });
}
