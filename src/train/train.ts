/** Meta-train a model, and, where asked, a model on each modality alone by the same recipe and budget. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.js";
import { resolvePlace } from "../base/place.js";
import { type Dataset, labelModality, taskOf } from "../data/index.js";
import { engineFor } from "../engine/index.js";
import type { EngineOptions } from "../engine/run/options.js";
import { learnerOf } from "../learner/index.js";
import { absoluteModel } from "../modality/index.js";
import { ModelDefinition } from "../model/index.js";
import { Model } from "../model/model.js";
import { mostOf, parseRecipe, type Recipe, type RecipeInput } from "../model/recipe.js";
import { checkpointName } from "./checkpoint-name.js";
import { cardOf, completeRecipe } from "./complete.js";
import { type PrepareOptions, prepareData, type TrainingData } from "./data.js";
import { asStated, withDefaults } from "./defaults.js";
import type { TrainEvent } from "./events.js";
import { aloneOf, likeModel } from "./from.js";
import { trainPart } from "./part.js";
import { TrainingPrograms } from "./programs.js";

/** A recipe's fields, the data itself, and how to run. */
export interface MetaTrainOptions extends Omit<RecipeInput, "data" | "from">, EngineOptions {
  data: Dataset;
  /** Start from the encoders and the fusion of this model, and take from it what the recipe leaves out of them. */
  from?: Model;
  /** Also train a model on each modality alone. */
  withUnimodal?: boolean;
  /** A folder for checkpoints; without it none is written. */
  runFolder?: string;
  /** Go on from the checkpoints in `runFolder`. */
  resume?: boolean;
  /** Aborting stops after the current step, with a checkpoint. */
  signal?: AbortSignal;
  /** Rows decoded so far and in all, before the first step. */
  onLoad?: (done: number, total: number) => void;
}

/** A training run: iterate over its events, or just ask for its model. It trains while it is iterated. */
export interface Run extends AsyncIterable<TrainEvent> {
  /** The trained model; trains to the end first. */
  model(): Promise<Model>;
}

/**
 * Meta-train.
 *
 * @example
 * const run = metaTrain({ data, fusion: "gated", train: { steps: 500 }, seed: 1 });
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
  const {
    data,
    from,
    withUnimodal,
    runFolder: _,
    resume = false,
    signal,
    onLoad,
    threads,
    device,
    ...input
  } = options;
  const folder = checkedFolder(options);
  const { recipe: completed, mostWay, chosen } = from ? asStated(input) : withDefaults(input, data);
  const like = likeModel(completed, from);
  const encoders = absoluteEncoders(like.encoders);
  const asked = parseRecipe(
    { data: data.path, ...like, encoders, task: taskFor(data, completed.task) },
    "recipe",
  );
  const prepared = await prepareData(data, asked, {
    modalities: asked.modalities,
    way: input.episode?.way,
    mostWay,
    from,
    threads,
    signal,
    onProgress: onLoad,
  });
  const recipe = completeRecipe(asked, prepared);
  if (chosen.length > 0) yield { type: "defaults", chosen };
  const engine = engineFor({ threads, device });
  const train = async function* (
    modalities: string[],
    source: Model | undefined,
    { recipe, prepared }: Prepared,
  ): AsyncGenerator<TrainEvent, Model> {
    const own = withModalities(recipe, modalities, labelModality(prepared.specs));
    const specs = Object.fromEntries(modalities.map((name) => [name, prepared.specs[name]]));
    const programs = new TrainingPrograms(new ModelDefinition(own, specs), engine);
    const part = modalities.join("+");
    const checkpoint = folder && join(folder, checkpointName(part));
    const trained = yield* trainPart({
      part,
      recipe: own,
      programs,
      data: prepared,
      from: source,
      checkpoint,
      resume,
      signal,
    });
    return new Model(cardOf(own, specs, data, prepared, trained, source), trained.weights, engine);
  };

  const modalities = recipe.modalities!;
  const single = withUnimodal && modalities.length > 1 ? modalities : [];
  const sources = single.map((name) => aloneOf(from, name));
  const all = { recipe, prepared };
  const fused = yield* train(modalities, from, all);
  if (single.length === 0) return fused;
  const alone: Record<string, Model> = {};
  for (const [i, name] of single.entries()) {
    const having = from ? all : await preparedAlone(name, all, data, { threads, signal });
    alone[name] = yield* train([name], sources[i], having);
  }
  return new Model({ ...fused.card, alone: modalities }, fused.weights, engine, alone);
}

/** A complete recipe and its data. */
interface Prepared {
  readonly recipe: Recipe;
  readonly prepared: TrainingData;
}

/**
 * What one modality alone is trained on: the rows that have it, in episodes of as many classes as they allow. All rows, where
 * they have it or those that do are too few for an episode.
 */
async function preparedAlone(
  name: string,
  all: Prepared,
  data: Dataset,
  options: PrepareOptions,
): Promise<Prepared> {
  const { recipe, prepared } = all;
  const tables = [prepared.table, ...(prepared.validation ? [prepared.validation.table] : [])];
  const { way, labelShots } = recipe.episode;
  if (labelShots || tables.every(({ columns }) => columns[name].present.every(Boolean))) return all;
  const { fixedWay, batch } = learnerOf(recipe.learner, recipe.task);
  try {
    const own = await prepareData(data, recipe, {
      ...options,
      modalities: [name],
      ...(fixedWay ? { way } : { mostWay: mostOf(way) }),
    });
    const episode = batch === undefined ? { ...recipe.episode, way: own.way } : recipe.episode;
    return {
      recipe: { ...recipe, episode },
      prepared: { ...own, specs: { ...prepared.specs, ...own.specs } },
    };
  } catch (error) {
    if (error instanceof InputError && error.code === "data/too-few-eligible") return all;
    throw error;
  }
}

/** What the data's labels are, which a recipe's `task` may only repeat. */
function taskFor(data: Dataset, asked: RecipeInput["task"]): RecipeInput["task"] {
  const found = taskOf(data.rows);
  if (!found || !asked || asked === found) return found ?? asked;
  throw new InputError({
    code: "recipe/task",
    where: 'recipe, field "task"',
    problem: `the value is ${asked}`,
    expected: `${found}, since the labels of ${data.name} are ${found === "regression" ? "numbers" : "strings"}`,
    remedy: "Leave it out, or write numbers as numbers and classes as strings in the data.",
  });
}

/** Encoders whose models are named by paths that hold wherever the model is used. */
const absoluteEncoders = (encoders: RecipeInput["encoders"] = {}): RecipeInput["encoders"] =>
  Object.fromEntries(
    Object.entries(encoders).map(([modality, encoder]) => {
      const { model } = Object(encoder);
      return [
        modality,
        typeof model === "string" ? { ...(encoder as object), model: absoluteModel(model) } : encoder,
      ];
    }),
  ) as RecipeInput["encoders"];

/** The recipe of some modalities; of one alone, support and query show it, and names where it is what they are texts of. */
function withModalities(recipe: Recipe, modalities: string[], names: string | undefined): Recipe {
  if (modalities.length === recipe.modalities!.length) return recipe;
  const encoders = Object.fromEntries(modalities.map((name) => [name, recipe.encoders[name]]));
  const augment = Array.isArray(recipe.augment)
    ? recipe.augment.filter((name) => modalities.includes(name))
    : recipe.augment;
  const { supportModalities: _, queryModalities: __, labelShots, ...episode } = recipe.episode;
  const readsNames = labelShots !== undefined && names !== undefined && modalities.includes(names);
  return {
    ...recipe,
    modalities,
    encoders,
    augment,
    episode: { ...episode, ...(readsNames && { labelShots }) },
  };
}

/** What can be told before any data is read. Returns the resolved run folder. */
function checkedFolder({ data, runFolder, resume = false }: MetaTrainOptions): string | undefined {
  if (!Array.isArray(data?.rows))
    throw new InputError({
      code: "train/no-data",
      where: "metaTrain, option data",
      problem: "it is no data set",
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
      : "Go on with it by --resume, remove the folder, or train to another --out.",
  });
}
