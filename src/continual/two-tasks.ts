/** The old and the new task of a forgetting curve: classes, batches, held-out rows, and the weights to start from. */

import { allocate, float32, leavesOf, mapArrays, type NDArray } from "../base/array.js";
import { InputError } from "../base/errors.js";
import type { Dataset } from "../data/index.js";
import { engineFor } from "../engine/index.js";
import type { EngineOptions } from "../engine/run/options.js";
import { batchSampler, type ClosedSplit, closedSplit, loadTable, type Table } from "../episode/index.js";
import { scoreKnown, shareWithInterval } from "../evaluate/index.js";
import { ModelDefinition, parseRecipe, type RecipeInput, type Weights } from "../model/index.js";
import type { Model } from "../model/model.js";
import { checkHeldOut, likeModel, startFrom } from "../train/from.js";
import { withNamedEncoders } from "../train/named-encoders.js";
import { TrainingPrograms } from "../train/programs.js";
import type { CurveScore } from "./curve-options.js";
import type { TaskData } from "./transfer.js";

/** One of the tasks, before its rows are decoded. */
interface TaskSplit {
  readonly data: Dataset;
  readonly classes: readonly string[];
  readonly rows: ClosedSplit["rows"];
}

export const taskSplit = (data: Dataset, seed: number): TaskSplit => {
  const { split, rows } = closedSplit(data, seed);
  return { data, classes: split.train, rows };
};

/** One of the tasks: what it is trained and scored on. */
interface CurveTask {
  readonly classes: readonly string[];
  readonly training: TaskData;
  /** The held-out rows. */
  readonly heldOut: Table;
}

export interface TwoTasks {
  readonly programs: TrainingPrograms;
  readonly old: CurveTask;
  readonly new: CurveTask;
  /** θ*: the weights after training on the old task, with the head's columns of the new classes untrained. */
  readonly trained: Weights;
  /** Initial weights, for methods that learn both tasks from the start. */
  readonly initial: Weights;
  /** Accuracy of weights on a task, among its own classes. */
  accuracy(weights: Weights, task: CurveTask): Promise<CurveScore>;
}

interface TwoTaskOptions extends EngineOptions {
  readonly old: TaskSplit;
  readonly new: TaskSplit;
  /** The model that was trained on the old task. */
  readonly source: Model;
  /** The recipe of all trainings. */
  readonly input: Omit<RecipeInput, "data" | "from">;
  readonly split: "val" | "test";
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** Decode both tasks, and define a network whose head has a column for each old class and then each new one. */
export async function prepareTasks(options: TwoTaskOptions): Promise<TwoTasks> {
  const { source, input, split, seed, signal, threads, device, runtime } = options;
  checkTasks(source, options.old, options.new);
  checkHeldOut([...options.old.rows.val, ...options.old.rows.test], source);
  const classes = [...options.old.classes, ...options.new.classes];
  const specs = source.card.modalities;
  const named = withNamedEncoders(input, options.old.data);
  const recipe = parseRecipe(
    {
      normalisation: source.card.recipe.normalisation,
      ...likeModel(named, source),
      modalities: source.modalities,
      closed: true,
      episode: { ...input.episode, way: classes.length },
    },
    "recipe",
  );
  const definition = new ModelDefinition(recipe, specs);
  const programs = new TrainingPrograms(definition, engineFor({ threads, device, runtime }));
  const prepare = async ({ data, rows, classes: chosen }: TaskSplit): Promise<CurveTask> => {
    const table = await loadTable(rows.train, specs, { signal });
    const sampler = batchSampler(table.rows, classes, definition.learner.batch!, data.name);
    const training = { table, sampler, way: classes.length, ways: classMask(classes, chosen) };
    return { classes: chosen, training, heldOut: await loadTable(rows[split], specs, { signal }) };
  };
  const initial = definition.init(seed);
  return {
    programs,
    old: await prepare(options.old),
    new: await prepare(options.new),
    trained: withColumns(startFrom(initial, source, recipe), source, options.old.classes),
    initial,
    async accuracy(weights, { heldOut, classes: among }) {
      const scored = { signal, among };
      const { inference } = programs;
      const results = await scoreKnown(inference, weights, heldOut, classes, source.modalities, scored);
      const correct = results.reduce((sum, { score }) => sum + score, 0);
      const { mean: accuracy, halfWidth } = shareWithInterval(correct, results.length);
      return { accuracy, halfWidth };
    },
  };
}

/** Class mask, float32 [classes]: 1 for each of `classes` that is in `chosen`. */
function classMask(classes: readonly string[], chosen: readonly string[]): NDArray {
  const ways = allocate({ dtype: "float32", shape: [classes.length] });
  const set = new Set(chosen);
  for (const [k, name] of classes.entries()) ways.data[k] = Number(set.has(name));
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

/** Check that `source` was trained on the old classes, and that old and new classes are different. */
function checkTasks(source: Model, old: TaskSplit, next: TaskSplit): void {
  const fail = (where: string, problem: string, expected: string, remedy: string) => {
    throw new InputError({ code: "transfer/bad-tasks", where, problem, expected, remedy });
  };
  const { learner, closed } = source.card.recipe;
  if (!closed)
    fail(
      "option from",
      `the model is one of ${learner.name}, not of closed training`,
      "a model of train --closed",
      "Train the old task with --closed.",
    );
  const unknown = old.classes.find((name) => !source.card.classes.train.includes(name));
  if (unknown !== undefined)
    fail(
      old.data.name,
      `the model to start from does not know the class "${unknown}"`,
      "data that it was trained on",
      "Give the model of these data.",
    );
  const both = next.classes.find((name) => old.classes.includes(name));
  if (both !== undefined)
    fail(
      next.data.name,
      `the class "${both}" is in the old task as well`,
      "classes of its own in each task",
      "Rename the class in one of them.",
    );
}
