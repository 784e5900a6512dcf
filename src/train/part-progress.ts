/** The state of a part in training: current and best weights, losses and schedule, and the events they give. */

import { type ArraySpec, copyTree, leavesOf, sizeOf } from "../base/array.js";
import { invariant } from "../base/errors.js";
import { targetUnit } from "../episode/index.js";
import { isBetter, measured } from "../evaluate/index.js";
import type { CertaintyCard, Recipe, ValidationCard, Weights } from "../model/index.js";
import type { Model } from "../model/model.js";
import { stepsFrom, type TakenStep } from "./ahead.js";
import type { Best } from "./checkpoint.js";
import type { Checkpoints, Resumption } from "./checkpoints.js";
import type { TrainingData } from "./data.js";
import { diverged, explosion, worseThanMean } from "./diverged.js";
import { capacityOf, drawer } from "./draw.js";
import type { DoneEvent, StartEvent, StepEvent, TrainEvent, WarningEvent } from "./events.js";
import { startFrom } from "./from.js";
import { type Plan, planFor } from "./plan.js";
import type { TrainingPrograms } from "./programs.js";
import { Schedule } from "./schedule.js";
import { solvedStart } from "./start.js";
import { stepperFor } from "./step.js";
import { startingState, type TrainingState } from "./update.js";
import { validate } from "./validate.js";
import { whitenedStart } from "./whitened-start.js";

export interface PartOptions {
  /** The name of the part in events and files: `image+strokes`, `image`. */
  part: string;
  recipe: Recipe;
  programs: TrainingPrograms;
  data: TrainingData;
  /** The model whose network training starts from. */
  from?: Model;
  /** Without them none is written. */
  checkpoints?: Checkpoints;
  resume: boolean;
  signal?: AbortSignal;
}

export interface TrainedPart {
  /** The best weights on the validation classes, or the last without validation. */
  readonly weights: Weights;
  readonly steps: number;
  readonly selectedStep: number;
  readonly validation: ValidationCard | null;
  readonly certainty: CertaintyCard | null;
}

/** Steps whose mean loss is checked for an explosion. */
const LAST_LOSSES = 20;

export class PartProgress {
  readonly #options: PartOptions;
  readonly #initial: Weights;
  readonly #plan: Plan;
  readonly #schedule: Schedule;
  readonly #firstStep: number;
  readonly #started = performance.now();
  readonly #elapsedBefore: number;
  readonly #losses: number[] = [];
  readonly #resumption: Resumption | undefined;
  #current: TrainingState | undefined;
  #best: Best | undefined;
  /** The last step whose weights were validated. */
  #validatedStep: number;

  constructor(options: PartOptions, resumption: Resumption | undefined) {
    const { recipe, programs, data, from } = options;
    const { train, seed } = recipe;
    const { definition } = programs;
    this.#options = options;
    const initial = definition.init(seed);
    this.#initial = from ? startFrom(initial, from, recipe) : whitenedStart(initial, data.table);
    const { support, query } = capacityOf(data, recipe, definition.learner.batch);
    this.#plan = planFor(this.#parameters, Object.values(definition.specs), support + query, train.metaBatch);
    this.#resumption = resumption;
    const resumed = resumption?.contents;
    this.#current = resumed?.current;
    this.#best = resumed?.best;
    this.#validatedStep = resumed?.validated ?? (train.steps === 0 ? -1 : 0);
    this.#firstStep = resumed?.current.step ?? 0;
    this.#elapsedBefore = resumed?.elapsed ?? 0;
    this.#schedule = new Schedule(train, () => this.#elapsed, resumed?.pace);
  }

  /** Prepare the first step: returns a function that takes one step after another. */
  async begin(): Promise<() => Promise<TakenStep>> {
    const { programs, data, recipe, signal } = this.#options;
    this.#current ??= startingState(
      await solvedStart(this.#initial, programs, data, this.#plan, recipe, signal),
      recipe.train.optimizer,
    );
    return stepsFrom(this.#current, {
      draw: drawer(data, programs.definition, this.#plan),
      take: stepperFor(programs, this.#plan, recipe.train),
      rateAfter: this.#schedule.learningRateAfter,
      isOver: this.#schedule.isOver,
      signal,
    });
  }

  /** Whether the budget is spent. */
  get isOver(): boolean {
    return this.#schedule.isOver(this.#step);
  }

  /** Whether the current weights are to be validated: at the end, and as the schedule has it. */
  isValidationDue(isOver: boolean): boolean {
    return this.#step > this.#validatedStep && (isOver || this.#schedule.isValidationDue(this.#step));
  }

  /** Validate the current weights, and keep a copy if they are the best so far. */
  async validate(): Promise<TrainEvent[]> {
    const { part, programs, data, recipe, signal } = this.#options;
    const started = performance.now();
    const current = this.#state;
    const result = await validate(programs.inference, current, data, signal);
    const isBest =
      result !== undefined && (!this.#best || isBetter(recipe.task, result.score, this.#best.score));
    if (isBest) {
      const { params, state, step } = current;
      this.#best = { weights: copyTree({ params, state }), step, ...result };
    }
    this.#validatedStep = current.step;
    this.#schedule.validated(isBest || result === undefined, performance.now() - started);
    if (!result) return [];
    const { score, halfWidth } = result;
    const measures = { ...measured(recipe.task, score), halfWidth };
    return [{ type: "eval", part, step: current.step, ...measures, best: isBest }];
  }

  /** Write a checkpoint, if the part has them. */
  async save(): Promise<TrainEvent[]> {
    const { part, checkpoints } = this.#options;
    if (!checkpoints) return [];
    const path = await checkpoints.write({
      current: this.#state,
      best: this.#best,
      validated: this.#validatedStep,
      elapsed: this.#elapsed,
      pace: this.#schedule.pace,
    });
    return [{ type: "checkpoint", part, step: this.#step, path }];
  }

  /** The start of the part, and a warning for each checkpoint that cannot be resumed from. */
  startEvents(): TrainEvent[] {
    const { path, passedOver = [] } = this.#resumption ?? {};
    const warnings = passedOver.map(({ parts: { where, problem } }): WarningEvent => {
      const text = `${where} cannot be used, and an earlier checkpoint is: ${problem}`;
      return { type: "warning", part: this.#options.part, step: this.#firstStep, text };
    });
    return [...warnings, { ...this.#startEvent(), ...(path && { checkpoint: path }) }];
  }

  #startEvent(): StartEvent {
    const { part, recipe, data } = this.#options;
    const { steps, minutes } = recipe.train;
    const { train, val, test } = data.split;
    return {
      type: "start",
      part,
      steps,
      minutes: steps === undefined ? minutes : undefined,
      step: this.#firstStep,
      recipe,
      task: recipe.task,
      classes: { train: train.length, val: val.length, test: test.length },
      ineligible: data.sampler.ineligible,
      unusedRows: data.unusedRows,
      parameters: this.#parameters,
      plan: this.#plan,
      notices: data.notices,
    };
  }

  /** Make the result of a step the current state. Throws if its loss is not finite. */
  advance({ state, loss, score, secondsWaited }: TakenStep): StepEvent {
    const { part, recipe, data } = this.#options;
    if (!Number.isFinite(loss)) throw diverged(state.step, loss, data, recipe);
    this.#losses.push(loss);
    if (this.#losses.length > LAST_LOSSES) this.#losses.shift();
    this.#current = state;
    // Programs see standardised targets; squared errors are reported in the unit of the labels.
    const scoreUnit = targetUnit(data.targets, []).scale ** 2;
    const stepsPerSecond = (state.step - this.#firstStep) / ((performance.now() - this.#started) / 1000);
    return {
      type: "step",
      part,
      step: state.step,
      steps: recipe.train.steps,
      loss,
      ...measured(recipe.task, score * scoreUnit),
      secondsWaited,
      stepsPerSecond,
      secondsLeft: this.#schedule.secondsLeft(state.step, stepsPerSecond),
    };
  }

  /** A warning if the best weights are worse than the support's mean, or the last losses exploded. */
  warnings(): WarningEvent[] {
    const { part, recipe, data } = this.#options;
    if (recipe.train.steps === 0) return [];
    const text = worseThanMean(this.#best, data, recipe) ?? explosion(this.#losses, recipe);
    return text === undefined ? [] : [{ type: "warning", part, step: this.#step, text }];
  }

  doneEvent(): DoneEvent {
    return {
      type: "done",
      part: this.#options.part,
      steps: this.#step,
      selectedStep: this.#best?.step ?? this.#step,
      seconds: this.#elapsed / 1000,
      stoppedEarly: this.#schedule.stoppedEarly,
    };
  }

  result(): Omit<TrainedPart, "certainty"> {
    const { recipe, data } = this.#options;
    const best = this.#best;
    const { params, state } = best?.weights ?? this.#state;
    const common = { weights: { params, state }, steps: this.#step, selectedStep: best?.step ?? this.#step };
    if (!best || !data.validation) return { ...common, validation: null };
    const { way, episodes, table } = data.validation;
    const { task, closed, episode } = recipe;
    return {
      ...common,
      validation: {
        ...measured(task, best.score),
        halfWidth: best.halfWidth,
        way,
        shot: closed ? 0 : episode.shot,
        episodes: closed ? table.rows.length : episodes.length,
      },
    };
  }

  /** The current state, after {@link begin}. */
  get #state(): TrainingState {
    invariant(this.#current !== undefined, "training has not begun");
    return this.#current;
  }

  get #step(): number {
    return this.#state.step;
  }

  /** Milliseconds of training, including those before a resumption. */
  get #elapsed(): number {
    return this.#elapsedBefore + performance.now() - this.#started;
  }

  get #parameters(): number {
    return leavesOf<ArraySpec>(this.#initial.params).reduce((sum, [, { shape }]) => sum + sizeOf(shape), 0);
  }
}
