/**
 * Train one model: draw episodes, run them on the pool, update, validate, keep the best.
 *
 * Every draw is a function of (seed, step, episode), gradients are added in episode order, and nothing depends on
 * timing or thread count, so stopping and resuming, or another number of threads, gives the same bytes.
 */

import { type ArraySpec, copyTree, leavesOf, sizeOf, type Tree } from "../base/array.js";
import { targetUnit } from "../episode/index.js";
import { isBetter, measured, supportMeanError } from "../evaluate/index.js";
import {
  type CertaintyCard,
  lowerRate,
  type Recipe,
  type ValidationCard,
  type Weights,
} from "../model/index.js";
import type { Model } from "../model/model.js";
import { stepsFrom } from "./ahead.js";
import { type Best, type CheckpointContents, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import type { TrainingData, Validation } from "./data.js";
import { diverged, explosion } from "./diverged.js";
import { capacityOf, drawer } from "./draw.js";
import type { TrainEvent } from "./events.js";
import { fitCertainty } from "./fit-certainty.js";
import { startFrom } from "./from.js";
import { planFor } from "./plan.js";
import type { TrainingPrograms } from "./programs.js";
import { Schedule } from "./schedule.js";
import { solvedStart } from "./start.js";
import { stepperFor } from "./step.js";
import { startingState, type TrainingState } from "./update.js";
import { validate } from "./validate.js";

interface PartOptions {
  /** What the part is called in events and files: `image+strokes`, `image`. */
  part: string;
  recipe: Recipe;
  programs: TrainingPrograms;
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
  const { part, recipe, programs, data, from, checkpoint, signal } = options;
  const { definition, inference } = programs;
  const { task } = recipe;
  const { steps, minutes } = recipe.train;
  const resumed =
    options.resume && checkpoint ? await readCheckpoint(checkpoint, definition, data.digest) : undefined;
  const initial = definition.init(recipe.seed);
  const begun = from ? startFrom(initial, from, recipe) : initial;
  const { support, query } = capacityOf(data, recipe, definition.learner.batch);
  const parameters = countParameters(begun);
  const plan = planFor(parameters, Object.values(definition.specs), support + query, recipe.train.metaBatch);
  let best: Best | undefined = resumed?.best;
  const losses: number[] = [];
  let validated = resumed?.validated ?? (steps === 0 ? -1 : 0);
  const before = resumed?.elapsed ?? 0;
  const started = performance.now();
  const elapsed = () => before + performance.now() - started;
  const schedule = new Schedule(recipe.train, elapsed, resumed?.pace);
  const first = resumed?.current.step ?? 0;
  // Programs see standardised labels; squared errors are reported in the labels' own units.
  const scoreUnit = targetUnit(data.targets, []).scale ** 2;
  const save = async (): Promise<TrainEvent[]> => {
    if (!checkpoint) return [];
    const contents: CheckpointContents = {
      current,
      best,
      validated,
      elapsed: elapsed(),
      pace: schedule.pace,
    };
    await writeCheckpoint(checkpoint, contents, definition, data.digest);
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
    startingState(await solvedStart(begun, programs, data, plan, recipe, signal), recipe.train.optimizer);
  const next = stepsFrom(current, {
    draw: drawer(data, definition, plan),
    take: stepperFor(programs, plan, recipe.train),
    rateAfter: schedule.learningRateAfter,
    isOver: schedule.isOver,
    signal,
  });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const over = schedule.isOver(current.step);
      if (current.step > validated && (over || schedule.isValidationDue(current.step))) {
        const begunAt = performance.now();
        const result = await validate(inference, current, data, signal);
        const isBest = result !== undefined && (!best || isBetter(task, result.score, best.score));
        if (isBest) {
          const { params, state, step } = current;
          best = { params: copyTree(params), state: copyTree(state), step, ...result };
        }
        validated = current.step;
        schedule.validated(isBest || result === undefined, performance.now() - begunAt);
        if (result) {
          const { score, halfWidth } = result;
          yield { type: "eval", part, step: current.step, ...measured(task, score), halfWidth, best: isBest };
        }
        yield* await save();
      }
      if (over) break;
      const { state, loss, score, secondsWaited } = await next();
      if (!Number.isFinite(loss)) throw diverged(state.step, loss, data, recipe);
      losses.push(loss);
      if (losses.length > LAST_LOSSES) losses.shift();
      current = state;
      const perSecond = (current.step - first) / ((performance.now() - started) / 1000);
      yield {
        type: "step",
        part,
        step: current.step,
        steps,
        loss,
        ...measured(task, score * scoreUnit),
        secondsWaited,
        stepsPerSecond: perSecond,
        secondsLeft: schedule.secondsLeft(current.step, perSecond),
      };
    }
  } catch (error) {
    if (signal?.aborted) yield* await save();
    throw error;
  }

  const weights: Weights = best ?? current;
  const warning = steps === 0 ? undefined : warningOf(losses, best, data, recipe);
  if (warning) yield { type: "warning", part, step: current.step, text: warning };
  yield {
    type: "done",
    part,
    steps: current.step,
    selectedStep: best?.step ?? current.step,
    seconds: elapsed() / 1000,
    stoppedEarly: schedule.stoppedEarly,
  };
  return {
    weights: { params: weights.params, state: weights.state },
    steps: current.step,
    selectedStep: best?.step ?? current.step,
    validation: best && data.validation ? protocolOf(best, data.validation, recipe) : null,
    certainty: await fitCertainty(inference, weights, data, signal),
  };
}

/** Steps whose losses are averaged to tell an explosion. */
const LAST_LOSSES = 20;

/** What the kept weights' validation says, or the last losses: undefined if all is well. */
function warningOf(
  losses: readonly number[],
  best: Best | undefined,
  data: TrainingData,
  recipe: Recipe,
): string | undefined {
  const mean = data.validation && supportMeanError(data.validation);
  if (best && mean !== undefined && best.score - best.halfWidth > mean)
    return `the model predicts worse than the support's mean: mse ${number(best.score)} on validation, where the mean has ${number(mean)}. ${lowerRate(recipe)} Or train longer.`;
  return explosion(losses, recipe);
}

const number = (value: number) => Number(value.toPrecision(3));

const protocolOf = (
  { score, halfWidth }: Best,
  { way, episodes, table }: Validation,
  { task, episode, closed }: Recipe,
) => ({
  ...measured(task, score),
  halfWidth,
  way,
  shot: closed ? 0 : episode.shot,
  episodes: closed ? table.rows.length : episodes.length,
});

const countParameters = ({ params }: Weights) =>
  leavesOf(params as Tree<ArraySpec>).reduce((sum, [, { shape }]) => sum + sizeOf(shape), 0);
