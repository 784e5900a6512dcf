/**
 * The forgetting curve: how well an old and a new task are known after learning the new one, by how the old one is kept
 * and by λ. Both are judged on held-out rows, each among its own classes; λ = 0 is fine-tuning, or the old task alone.
 */

import { allocate, float32, leavesOf, mapArrays, type NDArray } from "../base/array.js";
import { continualDefaults, DEFAULT_SEED } from "../base/defaults.js";
import { InputError } from "../base/errors.js";
import { suggestion } from "../base/nearest.js";
import type { Dataset } from "../data/index.js";
import { engineFor } from "../engine/index.js";
import {
  batchSampler,
  type ClosedSplit,
  closedSplit,
  halves,
  loadTable,
  type Table,
} from "../episode/index.js";
import { scoreKnown, shareWithInterval } from "../evaluate/index.js";
import { ModelDefinition, parseRecipe, type RecipeInput, type Weights } from "../model/index.js";
import type { Model } from "../model/model.js";
import { checkHeldOut, likeModel, startFrom } from "../train/from.js";
import { TrainingPrograms } from "../train/programs.js";
import { type MetaTrainOptions, metaTrain } from "../train/train.js";
import { continualMethods } from "./index.js";
import { type TaskData, transfer } from "./transfer.js";

export interface CurveOptions
  extends Omit<MetaTrainOptions, "closed" | "withUnimodal" | "runFolder" | "resume" | "onLoad"> {
  /** The old task's data; with `from`, a model that was trained on it. Without both, half of the train classes is old. */
  old?: Dataset;
  /** The continual methods to compare; all by default. */
  methods?: readonly string[];
  /** Values of the loss weight λ; by default 0, 0.1, 1, 10 and 100. */
  lambdas?: readonly number[];
  /** The split whose rows are scored, by default `test`. */
  split?: "val" | "test";
  onProgress?: (done: number, total: number, what: string) => void;
}

/** Accuracy on held-out rows, with the half-width of its 95 % interval. */
export interface CurveScore {
  readonly accuracy: number;
  readonly halfWidth: number;
}

export interface CurvePoint {
  readonly lambda: number;
  readonly old: CurveScore;
  readonly new: CurveScore;
}

export interface ForgettingCurve {
  readonly data: string;
  readonly old: string;
  readonly split: "val" | "test";
  readonly seed: number;
  readonly steps: number;
  /** Number of classes and of scored rows of each task. */
  readonly classes: { readonly old: number; readonly new: number };
  readonly examples: { readonly old: number; readonly new: number };
  /** Accuracy on the old task before the new one was learned. */
  readonly before: CurveScore;
  readonly curves: readonly { readonly method: string; readonly points: readonly CurvePoint[] }[];
}

/** Learn the new task by each continual method with each λ, and score both tasks on held-out rows. */
export async function forgettingCurve(options: CurveOptions): Promise<ForgettingCurve> {
  const {
    old,
    from,
    methods = Object.keys(continualMethods),
    lambdas = continualDefaults.lambdas,
    split = "test",
    onProgress,
    ...rest
  } = options;
  const { data, threads, device, signal, ...input } = rest;
  checkOptions(options, methods, lambdas);
  const seed = input.seed ?? DEFAULT_SEED;
  const learner = input.learner ?? ("supervised" as never);
  const train = { steps: continualDefaults.steps, ...input.train };
  const [older, newer] = old ? [old, data] : halves(data, seed);
  const runs = new Set(methods.flatMap((name) => lambdas.map((lambda) => trainingOf(name, lambda))));
  const steps = (runs.size + (from ? 0 : 1)) * train.steps!;
  let done = 0;
  const onStep = (what: string) => onProgress?.(++done, steps, what);

  const trainOld = metaTrain({ ...rest, train, learner, data: older, closed: true });
  if (!from) for await (const { type } of trainOld) if (type === "step") onStep("the old task");
  const source = from ?? (await trainOld.model());
  const splits = [older, newer].map((of) => closedSplit(of, seed)) as [ClosedSplit, ClosedSplit];
  const [known, fresh] = splits.map(({ split: { train } }) => train);
  checkTasks(source, known, fresh, older.name, newer.name);
  checkHeldOut([...splits[0].rows.val, ...splits[0].rows.test], source);
  const classes = [...known, ...fresh];
  const like = likeModel({ ...input, data: undefined } as RecipeInput, source);
  const { normalisation } = source.card.recipe;
  const recipe = parseRecipe(
    {
      normalisation,
      ...like,
      train,
      learner,
      modalities: source.modalities,
      closed: true,
      episode: { ...input.episode, way: classes.length },
    },
    "recipe",
  );
  const specs = source.card.modalities;
  const definition = new ModelDefinition(recipe, specs);
  const programs = new TrainingPrograms(definition, engineFor({ threads, device }));
  const { batch } = definition.learner;
  const tasks: TaskData[] = [];
  const judged: Table[] = [];
  for (const [i, { rows, split: own }] of splits.entries()) {
    const table = await loadTable(rows.train, specs, { signal });
    const sampler = batchSampler(table.rows, classes, batch!, [older, newer][i].name);
    tasks.push({ table, sampler, way: classes.length, ways: waysAmong(classes, own.train) });
    judged.push(await loadTable(rows[split], specs, { signal }));
  }
  const judge = async (learned: Weights, task: 0 | 1): Promise<CurveScore> => {
    const among = [known, fresh][task];
    const table = judged[task];
    const results = await scoreKnown(programs.inference, learned, table, classes, source.modalities, {
      signal,
      among,
    });
    const right = results.reduce((sum, { score }) => sum + score, 0);
    const { mean: accuracy, halfWidth } = shareWithInterval(right, results.length);
    return { accuracy, halfWidth };
  };
  const afresh = definition.init(seed);
  const star = withColumns(startFrom(afresh, source, recipe), source, known);
  const [olderTask, newerTask] = tasks;
  const points = new Map<string, Omit<CurvePoint, "lambda">>();
  for (const name of methods) {
    const learn = transfer({
      programs,
      method: continualMethods[name],
      star,
      afresh,
      older: olderTask,
      newer: newerTask,
      steps: train.steps!,
      signal,
    });
    for (const lambda of lambdas) {
      const training = trainingOf(name, lambda);
      if (points.has(training)) continue;
      const learned = await learn(lambda, () => onStep(training));
      points.set(training, { old: await judge(learned, 0), new: await judge(learned, 1) });
    }
  }
  return {
    data: newer.name,
    old: older.name,
    split,
    seed,
    steps: train.steps!,
    classes: { old: known.length, new: fresh.length },
    examples: { old: judged[0].rows.length, new: judged[1].rows.length },
    before: await judge(star, 0),
    curves: methods.map((name) => ({
      method: name,
      points: lambdas.map((lambda) => ({ lambda, ...points.get(trainingOf(name, lambda))! })),
    })),
  };
}

/**
 * What a training is called. λ = 0 leaves the same plain fine-tuning of every way that starts where the old task ended and
 * weighs it.
 */
function trainingOf(name: string, lambda: number): string {
  const { weighs, startsOld } = continualMethods[name];
  const isPlain = lambda === 0 && weighs === "old" && startsOld;
  return `${isPlain ? "fine-tuning" : name}, λ = ${lambda}`;
}

/** float32 [classes]: 1 for each of `classes` that is among `own`. */
function waysAmong(classes: readonly string[], own: readonly string[]): NDArray {
  const ways = allocate({ dtype: "float32", shape: [classes.length] });
  const chosen = new Set(own);
  for (const [k, name] of classes.entries()) ways.data[k] = Number(chosen.has(name));
  return ways;
}

/** `weights` with the head's columns of the old classes, which come first, copied from `source`. */
function withColumns(weights: Weights, source: Model, oldClasses: readonly string[]): Weights {
  const columns = oldClasses.map((name) => source.card.classes.train.indexOf(name));
  const trained = new Map(leavesOf<NDArray>(source.weights.params.learner));
  const learner = mapArrays(({ data, shape }, name) => {
    const values = Float32Array.from(data);
    const from = trained.get(name)!;
    const [width, fromWidth] = [shape, from.shape].map((of) => of[of.length - 1]);
    for (let row = 0; row < data.length / width; row++)
      for (const [k, column] of columns.entries())
        values[row * width + k] = from.data[row * fromWidth + column];
    return float32(values, shape);
  }, weights.params.learner);
  return { ...weights, params: { ...weights.params, learner } };
}

function checkOptions(
  { old, from }: CurveOptions,
  methods: readonly string[],
  lambdas: readonly number[],
): void {
  const fail = (where: string, problem: string, expected: string, remedy = "Correct it.") => {
    throw new InputError({ code: "transfer/bad-option", where, problem, expected, remedy });
  };
  const other = methods.find((name) => !Object.hasOwn(continualMethods, name));
  const ways = Object.keys(continualMethods);
  if (other !== undefined) {
    const remedy = suggestion(other, ways).trim() || "Correct it.";
    fail("option methods", `there is no continual method "${other}"`, ways.join(" or "), remedy);
  }
  const bad = lambdas.find((lambda) => !(lambda >= 0 && Number.isFinite(lambda)));
  if (bad !== undefined || lambdas.length === 0)
    fail("option lambdas", `the value is ${bad}`, "numbers of at least 0");
  if (!old !== !from)
    fail(
      old ? "option old" : "option from",
      `it is given without ${old ? "from" : "old"}`,
      "the old task's data and a model trained on it, or neither",
      "Give both, or neither to have half of the train classes be old.",
    );
}

function checkTasks(
  source: Model,
  known: readonly string[],
  fresh: readonly string[],
  older: string,
  newer: string,
): void {
  const fail = (where: string, problem: string, expected: string, remedy: string) => {
    throw new InputError({ code: "transfer/bad-tasks", where, problem, expected, remedy });
  };
  const { learner, closed } = source.card.recipe;
  if (!closed)
    fail(
      "option from",
      `the model is one of ${learner.name}, not of closed training`,
      "a model of train --closed",
      "Train it so.",
    );
  const unknown = known.find((name) => !source.card.classes.train.includes(name));
  if (unknown !== undefined)
    fail(
      older,
      `the model to start from does not know the class "${unknown}"`,
      "data that it was trained on",
      "Give the model of these data.",
    );
  const both = fresh.find((name) => known.includes(name));
  if (both !== undefined)
    fail(
      newer,
      `the class "${both}" is in the old task as well`,
      "classes of its own in each task",
      "Rename the class in one of them.",
    );
}
