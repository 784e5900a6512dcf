/** `metaTrain`: trains a model and, if wanted, a unimodal model of each modality by the same recipe and budget. */

import { copyOf } from "../base/copy.js";
import { InputError } from "../base/errors.js";
import { badArgument, checkOptions } from "../base/given.js";
import { type Dataset, labelModality } from "../data/index.js";
import { type Engine, engineFor } from "../engine/index.js";
import type { EngineOptions } from "../engine/run/options.js";
import { ModelDefinition, type Recipe, type TriedRecipe } from "../model/index.js";
import { Model } from "../model/model.js";
import type { RecipeInput } from "../model/recipe.js";
import { type Candidate, type Candidates, candidatesOf, withShare } from "./candidates.js";
import { cardOf } from "./card.js";
import { completeRecipe, recipeFor } from "./complete-recipe.js";
import { prepareData } from "./data.js";
import type { DefaultChoice, TrainEvent } from "./events.js";
import { aloneOf } from "./from.js";
import { trainPart } from "./part.js";
import { TrainingPrograms } from "./programs.js";
import { type RunOf, runOf } from "./run.js";
import { type CheckpointsOf, checkpointsIn } from "./run-folder.js";
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

/** The run of {@link metaTrain}. */
export type Run = RunOf<Model>;

/**
 * Meta-train a model on the train classes of `data`, selecting the best weights on its validation classes.
 *
 * @throws {InputError} while iterating: `recipe/…` for the recipe, `data/…` and `train/…` for data and options.
 * @throws {InputError} `train/diverged` if a step is not finite and the recipe's `train.onNan` is `stop`, or ten in a row are not.
 * @example
 * const run = metaTrain({ data, fusion: "gated", width: 8, train: { steps: 2 }, seed: 1 });
 * for await (const event of run) console.error(event);
 * const model = await run.model();
 */
export function metaTrain(options: MetaTrainOptions): Run {
  return runOf(trainAll(ownOptions(options)));
}

/** A copy of the options, since training begins when the run is iterated; the data set and the model are not copied. */
function ownOptions(options: MetaTrainOptions): MetaTrainOptions {
  if (typeof options !== "object" || options === null) return options;
  const { data, ...others } = options;
  return { ...copyOf(others), data };
}

async function* trainAll(options: MetaTrainOptions): AsyncGenerator<TrainEvent, Model> {
  checkOptions(options, "metaTrain");
  const { data: dataset, from, withUnimodal, runFolder, ...rest } = options;
  const { resume = false, signal, onLoad, threads, device, runtime, ...input } = rest;
  checkData(dataset);
  if (from !== undefined && !(from instanceof Model))
    throw badArgument("metaTrain, option from", from, "a model, of loadModel or metaTrain");
  const checkpoints = checkpointsIn(runFolder, resume);
  const engine = engineFor({ threads, device, runtime });
  const run: PartRun = { dataset, checkpoints, resume, engine, from, onLoad, threads, signal };
  const candidates = from ? undefined : await candidatesOf(input, dataset);
  const trained = candidates
    ? yield* trainBest(run, candidates)
    : yield* trainOne(run, await prepare(run, input));
  const { model: fused, all } = trained;
  const modalities = Object.keys(all.data.specs);
  const unimodal = withUnimodal && modalities.length > 1 ? modalities : [];
  if (unimodal.length === 0) return fused;
  const sources = unimodal.map((name) => aloneOf(from, name));
  const alone: Record<string, Model> = {};
  for (const [i, name] of unimodal.entries()) {
    const prepared = from ? all : await prepareUnimodal(name, all, dataset, { threads, signal });
    alone[name] = yield* trainModel(run, [name], sources[i], prepared);
  }
  return new Model({ ...fused.card, alone: modalities }, fused.weights, engine, alone);
}

/** A recipe with its data, and the defaults that were filled in. */
interface Ready {
  readonly all: Prepared;
  readonly chosen: readonly DefaultChoice[];
}

/** Fill in the defaults of a recipe and prepare its data, in episodes of `way` classes if the recipe states none. */
async function prepare(run: PartRun, input: RecipeInput, way?: Recipe["episode"]["way"]): Promise<Ready> {
  const { dataset, from, threads, signal, onLoad } = run;
  const { recipe: stated, mostWay, chosen } = recipeFor(input, dataset, from);
  const data = await prepareData(dataset, stated, {
    modalities: stated.modalities,
    way: input.episode?.way ?? way,
    mostWay,
    from,
    threads,
    signal,
    onProgress: onLoad,
  });
  return { all: { recipe: completeRecipe(stated, data), data }, chosen };
}

const sharing = ({ all, chosen }: Ready, candidate: Candidate): Ready => ({
  all: { ...all, recipe: withShare(all.recipe, candidate) },
  chosen,
});

/** A trained model and what it was trained on. */
interface Trained {
  readonly model: Model;
  readonly all: Prepared;
}

/** Train on all modalities. `name` is that of a recipe among several. */
async function* trainOne(
  run: PartRun,
  { all, chosen }: Ready,
  name?: string,
): AsyncGenerator<TrainEvent, Trained> {
  if (chosen.length > 0) yield { type: "defaults", chosen };
  const model = yield* trainModel(run, Object.keys(all.data.specs), run.from, all, name);
  return { model, all };
}

/** Train by each recipe and keep the model of the better validation score; from scratch only, if there is no validation. */
async function* trainBest(
  run: PartRun,
  { scratch, builtin }: Candidates,
): AsyncGenerator<TrainEvent, Trained> {
  const own = await prepare(run, scratch.input);
  if (!own.all.data.validation) return yield* trainOne(run, own);
  const other = await prepare(run, builtin.input, own.all.data.way);
  const embedded = yield* trainOne(run, sharing(other, builtin), builtin.name);
  const plain = yield* trainOne(run, sharing(own, scratch));
  const both = [
    { ...embedded, name: builtin.name, part: partOf(embedded.model.modalities, builtin.name) },
    { ...plain, name: scratch.name, part: partOf(plain.model.modalities) },
  ];
  const tried = both.map(({ model, name }): TriedRecipe => {
    const { accuracy = 0, halfWidth = 0 } = model.card.training.validation ?? {};
    return { name, accuracy, halfWidth };
  });
  const best = tried[0].accuracy > tried[1].accuracy ? 0 : 1;
  const { model, all, name, part } = both[best];
  yield { type: "choice", part, tried, chosen: name };
  const card = { ...model.card, training: { ...model.card.training, tried } };
  return { model: new Model(card, model.weights, run.engine), all };
}

/** What all parts of a run have in common. */
interface PartRun {
  readonly dataset: Dataset;
  readonly checkpoints: CheckpointsOf;
  readonly resume: boolean;
  readonly engine: Engine;
  /** The model that training starts from. */
  readonly from: Model | undefined;
  readonly threads: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onLoad: MetaTrainOptions["onLoad"];
}

/** The name of a part in events and files, with that of its recipe if there are several. */
const partOf = (modalities: readonly string[], recipe?: string): string =>
  `${modalities.join("+")}${recipe === undefined ? "" : ` with ${recipe}`}`;

/** Train a model on some of the modalities, starting from the network of `from` if there is one. */
async function* trainModel(
  { dataset, checkpoints: checkpointsOf, resume, engine, signal }: PartRun,
  modalities: readonly string[],
  from: Model | undefined,
  { recipe: complete, data }: Prepared,
  name?: string,
): AsyncGenerator<TrainEvent, Model> {
  const recipe = restrictRecipe(complete, modalities, labelModality(data.specs));
  const specs = Object.fromEntries(modalities.map((name) => [name, data.specs[name]]));
  const programs = new TrainingPrograms(new ModelDefinition(recipe, specs), engine);
  const part = partOf(modalities, name);
  const identity = { digest: data.digest, runtime: engine.runtime };
  const checkpoints = checkpointsOf(part, programs.definition, identity);
  const trained = yield* trainPart({ part, recipe, programs, data, from, checkpoints, resume, signal });
  return new Model(
    cardOf(recipe, specs, dataset, data, { ...trained, runtime: engine.runtime }, from),
    trained.weights,
    engine,
  );
}

/** @throws {InputError} `train/no-data` for anything but a data set */
function checkData(data: unknown): void {
  if (Array.isArray(Object(data).rows)) return;
  throw new InputError({
    code: "train/no-data",
    where: "metaTrain, option data",
    problem: "the value is not a data set",
    expected: "what openDataset or createDataset gives",
    remedy: "Open the data first: data: await openDataset(path).",
  });
}
