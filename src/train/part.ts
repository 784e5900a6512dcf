/**
 * Train one model: draw episodes, run them on the pool, update, validate, keep the best.
 *
 * Every draw is a function of (seed, step, episode), gradients are added in episode order, and nothing depends on
 * timing or thread count, so stopping and resuming, or another number of threads, gives the same bytes.
 */

import { type ArraySpec, copyTree, leavesOf, sizeOf, type Tree } from "../base/array.js";
import { RunError } from "../base/errors.js";
import { isBetter, measured } from "../evaluate/index.js";
import type { CertaintyCard, Recipe, Runtime, ValidationCard, Weights } from "../model/index.js";
import type { Model } from "../model/model.js";
import { stepsFrom } from "./ahead.js";
import { fitCertainty } from "./certainty.js";
import { type Best, type CheckpointContents, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import type { TrainingData, Validation } from "./data.js";
import { capacityOf, drawer } from "./draw.js";
import type { TrainEvent } from "./events.js";
import { startFrom } from "./from.js";
import { planFor } from "./plan.js";
import { solvedStart } from "./start.js";
import { stepperFor } from "./step.js";
import { startingState, type TrainingState } from "./update.js";
import { validate } from "./validate.js";

export interface PartOptions {
  /** What the part is called in events and files: `image+strokes`, `image`. */
  part: string;
  recipe: Recipe;
  runtime: Runtime;
  data: TrainingData;
  /** The model it starts from. */
  from?: Model;
  /** The checkpoint's file; none is written when absent. */
  checkpoint?: string;
  resume: boolean;
  signal?: AbortSignal;
}

export interface TrainedPart {
  readonly weights: Weights;
  readonly steps: number;
  readonly selectedStep: number;
  readonly validation: ValidationCard | null;
  readonly certainty: CertaintyCard | null;
}

/** Train a part to its end, telling what happens. Aborting writes a checkpoint first, then throws the reason. */
export async function* trainPart(options: PartOptions): AsyncGenerator<TrainEvent, TrainedPart> {
  const { part, recipe, runtime, data, from, checkpoint, signal } = options;
  const { task } = recipe;
  const { steps, minutes, rate, evalEvery } = recipe.train;
  const resumed =
    options.resume && checkpoint ? await readCheckpoint(checkpoint, recipe, runtime, data.digest) : undefined;
  const initial = runtime.init(recipe.seed);
  const begun = from ? startFrom(initial, from, recipe) : initial;
  const { support, query } = capacityOf(data, recipe, runtime.learner.batch);
  const parameters = countParameters(begun);
  const plan = planFor(parameters, Object.values(runtime.specs), support + query, recipe.train.metaBatch);
  let best: Best | undefined = resumed?.best;
  let validated = resumed?.validated ?? (steps === 0 ? -1 : 0);
  const before = resumed?.elapsed ?? 0;
  const started = performance.now();
  const elapsed = () => before + performance.now() - started;
  const first = resumed?.current.step ?? 0;
  const save = async (): Promise<TrainEvent[]> => {
    if (!checkpoint) return [];
    const contents: CheckpointContents = { current, best, validated, elapsed: elapsed() };
    await writeCheckpoint(checkpoint, contents, recipe, runtime, data.digest);
    return [{ type: "checkpoint", part, step: current.step, path: checkpoint }];
  };

  yield {
    type: "start",
    part,
    steps,
    minutes: steps === undefined ? minutes : undefined,
    step: first,
    task,
    classes: { train: data.split.train.length, val: data.split.val.length, test: data.split.test.length },
    ineligible: data.sampler.ineligible,
    unusedRows: data.unusedRows,
    parameters,
    plan,
    notices: data.notices,
  };

  let current: TrainingState =
    resumed?.current ??
    startingState(await solvedStart(begun, runtime, data, plan, recipe, signal), recipe.train.optimizer);
  const spent = (step: number) =>
    steps === undefined ? Math.min(1, elapsed() / (minutes * 60_000)) : steps === 0 ? 1 : step / steps;
  const next = stepsFrom(current, {
    draw: drawer(data, runtime, plan),
    take: stepperFor(runtime, plan, recipe.train),
    rateAfter: (step) => annealed(rate, spent(step)),
    isOver: (step) => spent(step) >= 1,
    signal,
  });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const over = spent(current.step) >= 1;
      if (current.step > validated && (over || current.step % evalEvery === 0)) {
        const result = await validate(runtime, current, data, signal);
        const isBest = result !== undefined && (!best || isBetter(task, result.score, best.score));
        if (isBest) {
          const { params, state, step } = current;
          best = { params: copyTree(params), state: copyTree(state), step, ...result };
        }
        validated = current.step;
        if (result) {
          const { score, ci95 } = result;
          yield { type: "eval", part, step: current.step, ...measured(task, score), ci95, best: isBest };
        }
        yield* await save();
      }
      if (over) break;
      const { state, loss, score, secondsWaited } = await next();
      if (!Number.isFinite(loss)) throw diverged(state.step, loss);
      current = state;
      const perSecond = (current.step - first) / ((performance.now() - started) / 1000);
      const left =
        steps === undefined
          ? Math.max(0, minutes * 60 - elapsed() / 1000)
          : (steps - current.step) / perSecond;
      yield {
        type: "step",
        part,
        step: current.step,
        steps,
        loss,
        ...measured(task, score),
        secondsWaited,
        stepsPerSecond: perSecond,
        secondsLeft: left,
      };
    }
  } catch (error) {
    if (signal?.aborted) yield* await save();
    throw error;
  }

  const weights: Weights = best ?? current;
  yield {
    type: "done",
    part,
    steps: current.step,
    selectedStep: best?.step ?? current.step,
    seconds: elapsed() / 1000,
  };
  return {
    weights: { params: weights.params, state: weights.state },
    steps: current.step,
    selectedStep: best?.step ?? current.step,
    validation: best && data.validation ? protocolOf(best, data.validation, recipe) : null,
    certainty: await fitCertainty(runtime, weights, data, signal),
  };
}

const diverged = (step: number, loss: number) =>
  new RunError(
    "train/diverged",
    `training diverged: the loss is ${loss} at step ${step}. Lower train.rate (or the learner's innerRate).`,
  );

/** The rate when a share `done` of the budget is spent: rate · (1 + cos π·done) / 2 (Loshchilov and Hutter, 2017). */
export const annealed = (rate: number, done: number) => (rate / 2) * (1 + Math.cos(Math.PI * done));

const protocolOf = (
  { score, ci95 }: Best,
  { way, episodes, table }: Validation,
  { task, episode, closed }: Recipe,
) => ({
  ...measured(task, score),
  ci95,
  way,
  shot: closed ? 0 : episode.shot,
  episodes: closed ? table.rows.length : episodes.length,
});

const countParameters = ({ params }: Weights) =>
  leavesOf(params as Tree<ArraySpec>).reduce((sum, [, { shape }]) => sum + sizeOf(shape), 0);
