/**
 * The forgetting curve: accuracy on an old and on a new task after learning the new one, by continual method and by loss
 * weight λ. Both are scored on held-out rows, among the classes of their task; λ = 0 is fine-tuning, or the old task alone.
 */

import { copyOf } from "../base/copy.js";
import { continualDefaults, DEFAULT_SEED, defaultLearners } from "../base/defaults.js";
import { checkOptions as checkArgument } from "../base/given.js";
import { checkDataset } from "../data/index.js";
import { halves } from "../episode/index.js";
import type { Weights } from "../model/index.js";
import type { Model } from "../model/model.js";
import { metaTrain } from "../train/train.js";
import { type CurveOptions, type CurveScore, checkOptions } from "./curve-options.js";
import { continualMethods } from "./index.js";
import { transfer } from "./transfer.js";
import { prepareTasks, type TwoTasks, taskSplit } from "./two-tasks.js";

/** Accuracies after one training. */
export interface CurvePoint {
  readonly lambda: number;
  readonly old: CurveScore;
  readonly new: CurveScore;
}

/** Accuracies on an old and a new task by continual method and loss weight λ. */
export interface ForgettingCurve {
  /** The name of the new data set. */
  readonly data: string;
  /** The name of the old data set. */
  readonly old: string;
  readonly split: "val" | "test";
  readonly seed: number;
  readonly steps: number;
  /** Number of classes of each task. */
  readonly classes: { readonly old: number; readonly new: number };
  /** Number of scored rows of each task. */
  readonly examples: { readonly old: number; readonly new: number };
  /** Accuracy on the old task before the new one was learned. */
  readonly before: CurveScore;
  readonly curves: readonly { readonly method: string; readonly points: readonly CurvePoint[] }[];
}

/**
 * Learn a new task by each continual method with each λ, starting from a model of the old task, and score both tasks.
 *
 * @throws {InputError} `transfer/bad-option` for options, `transfer/bad-tasks` for a model or classes that do not fit.
 * @throws {InputError} `train/diverged` if a loss, gradient or update is not finite.
 * @example
 * const options = { methods: ["replay"], lambdas: [0, 1], width: 8, train: { steps: 2 } };
 * const { before, curves } = await forgettingCurve({ data, ...options });
 */
export async function forgettingCurve(given: CurveOptions): Promise<ForgettingCurve> {
  checkArgument(given, "forgettingCurve");
  checkDataset(given.data, "forgettingCurve, option data");
  const { data: newData, old: olderData, ...rest } = given;
  const options = { ...copyOf(rest), data: newData, old: olderData };
  const { old: oldData, from, methods = Object.keys(continualMethods), split = "test", ...others } = options;
  const { lambdas = continualDefaults.lambdas, onProgress, ...training } = others;
  const { data, threads, device, runtime, signal, ...input } = training;
  checkOptions(options, methods, lambdas);
  const seed = input.seed ?? DEFAULT_SEED;
  const steps = input.train?.steps ?? continualDefaults.steps;
  const recipe = {
    ...input,
    learner: input.learner ?? defaultLearners.closed,
    train: { ...input.train, steps },
  };
  const [older, newer] = oldData ? [oldData, data] : halves(data, seed);
  const runs = new Set(methods.flatMap((name) => lambdas.map((lambda) => trainingName(name, lambda))));
  const total = (runs.size + (from ? 0 : 1)) * steps;
  let done = 0;
  const onStep = (name: string) => onProgress?.(++done, total, name);
  const source =
    from ?? (await trainOld({ ...training, ...recipe, data: older }, () => onStep("the old task")));
  const tasks = await prepareTasks({
    ...{ old: taskSplit(older, seed), new: taskSplit(newer, seed), source, input: recipe },
    ...{ split, seed, signal, threads, device, runtime },
  });
  const points = await pointsOf(tasks, methods, lambdas, steps, onStep, signal);
  return {
    data: newer.name,
    old: older.name,
    split,
    seed,
    steps,
    classes: { old: tasks.old.classes.length, new: tasks.new.classes.length },
    examples: { old: tasks.old.heldOut.rows.length, new: tasks.new.heldOut.rows.length },
    before: await tasks.accuracy(tasks.trained, tasks.old),
    curves: methods.map((method) => ({
      method,
      points: lambdas.map((lambda) => ({ lambda, ...points.get(trainingName(method, lambda))! })),
    })),
  };
}

/** Train a model on the old task. */
async function trainOld(options: Parameters<typeof metaTrain>[0], onStep: () => void): Promise<Model> {
  const run = metaTrain({ ...options, closed: true });
  for await (const { type } of run) if (type === "step") onStep();
  return run.model();
}

/** The scores of each distinct training, by {@link trainingName}. */
async function pointsOf(
  tasks: TwoTasks,
  methods: readonly string[],
  lambdas: readonly number[],
  steps: number,
  onStep: (training: string) => void,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Omit<CurvePoint, "lambda">>> {
  const points = new Map<string, Omit<CurvePoint, "lambda">>();
  const scoresOf = async (weights: Weights) => ({
    old: await tasks.accuracy(weights, tasks.old),
    new: await tasks.accuracy(weights, tasks.new),
  });
  for (const name of methods) {
    const learn = transfer({
      programs: tasks.programs,
      method: continualMethods[name],
      star: tasks.trained,
      afresh: tasks.initial,
      older: tasks.old.training,
      newer: tasks.new.training,
      steps,
      signal,
    });
    for (const lambda of lambdas) {
      const training = trainingName(name, lambda);
      if (points.has(training)) continue;
      points.set(training, await scoresOf(await learn(lambda, () => onStep(training))));
    }
  }
  return points;
}

/**
 * The name of a training. With λ = 0, all methods that start from the old task's weights and weigh its loss are the same
 * plain fine-tuning.
 */
function trainingName(name: string, lambda: number): string {
  const { weighs, startsOld } = continualMethods[name];
  const isPlain = lambda === 0 && weighs === "old" && startsOld;
  return `${isPlain ? "fine-tuning" : name}, λ = ${lambda}`;
}
