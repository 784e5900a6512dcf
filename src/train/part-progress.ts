/** The state of a part in training: current and best weights, losses and schedule, and the events they give. */

import { type ArraySpec, copyTree, leavesOf, sizeOf } from "../base/array.js";
import { invariant } from "../base/errors.js";
import { targetUnit } from "../episode/index.js";
import { isBetter, measured } from "../evaluate/index.js";
import type { Weights } from "../model/index.js";
import { stepsFrom, type TakenStep } from "./ahead.js";
import type { Best, CheckpointContents } from "./checkpoint.js";
import type { Resumption } from "./checkpoints.js";
import { diverged, explosion, leftOutText, worseThanMean } from "./diverged.js";
import { capacityOf, drawer, drawNow } from "./draw.js";
import type { DoneEvent, StepEvent, TrainEvent, WarningEvent } from "./events.js";
import { Failures } from "./failures.js";
import { type Plan, planFor } from "./plan.js";
import { Schedule } from "./schedule.js";
import { checkStart, initialWeights, solvedStart } from "./start.js";
import { startEvents } from "./start-events.js";
import { type Stepper, stepperFor } from "./step.js";
import { type PartOptions, type TrainedPart, trainedPart } from "./trained-part.js";
import { startingState, type TrainingState } from "./update.js";
import { validate } from "./validate.js";

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
  readonly #failures: Failures;
  #take: Stepper | undefined;
  #current: TrainingState | undefined;
  #best: Best | undefined;
  /** The last step whose weights were validated. */
  #validatedStep: number;

  constructor(options: PartOptions, resumption: Resumption | undefined) {
    const { recipe, programs, data, from } = options;
    const { train } = recipe;
    const { definition } = programs;
    this.#options = options;
    this.#initial = initialWeights(definition, data, from);
    const { support, query } = capacityOf(data, recipe, definition.learner.batch);
    this.#plan = planFor(this.#parameters, Object.values(definition.specs), support + query, train.metaBatch);
    this.#resumption = resumption;
    this.#failures = new Failures(options, resumption?.contents.leftOut);
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
    if (!this.#current) {
      const start = await solvedStart(this.#initial, programs, data, this.#plan, recipe, signal);
      checkStart(start, data, recipe);
      this.#current = startingState(start, recipe.train.optimizer);
    }
    const take = stepperFor(programs, this.#plan, recipe.train);
    this.#take = take;
    return stepsFrom(this.#current, {
      draw: drawer(data, programs.definition, this.#plan),
      take,
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

  /** Throw if the last weights' loss is not finite; where there is validation, it has seen them. */
  async check(): Promise<void> {
    const { part, programs, data, recipe, checkpoints, signal } = this.#options;
    if (data.validation || !this.#take || this.#step === this.#firstStep) return;
    const episodes = drawNow(drawer(data, programs.definition, this.#plan)(this.#step));
    const { step, updates, ...trees } = this.#state;
    const { stepped } = this.#take({ ...copyTree(trees), step, updates }, episodes, 0, signal);
    const { isTaken, loss } = await stepped;
    if (isTaken) return;
    const problem = `the loss after the last step is ${loss}`;
    const failed = { part, step: this.#step, problem, inARow: 1, checkpoint: checkpoints?.newest() };
    throw diverged(failed, data, recipe);
  }

  /** Write a checkpoint, if the part has them. */
  async save(): Promise<TrainEvent[]> {
    const { part, checkpoints } = this.#options;
    if (!checkpoints) return [];
    const path = await checkpoints.write(this.#contents(this.#state));
    return [{ type: "checkpoint", part, step: this.#step, path }];
  }

  #contents(current: TrainingState): CheckpointContents {
    return {
      current,
      best: this.#best,
      validated: this.#validatedStep,
      elapsed: this.#elapsed,
      pace: this.#schedule.pace,
      leftOut: this.#failures.count,
    };
  }

  /** The start of the part, and a warning for each checkpoint that cannot be resumed from. */
  startEvents(): TrainEvent[] {
    const start = { plan: this.#plan, parameters: this.#parameters, step: this.#firstStep };
    return startEvents(this.#options, start, this.#resumption);
  }

  /** Make the result of a step the current state. Throws after the event of a step that training stops at. */
  async *advance(taken: TakenStep): AsyncGenerator<TrainEvent, void> {
    this.#current = taken.state;
    if (taken.isTaken) {
      this.#failures.taken();
      yield this.#stepEvent(taken);
      return;
    }
    const { state } = taken;
    const before = { ...this.#contents({ ...state, step: state.step - 1 }), best: undefined };
    const { event, error } = await this.#failures.add(taken, before);
    yield event;
    if (error) throw error;
  }

  #stepEvent({ state, loss, score, learningRate, gradientNorm, secondsWaited }: TakenStep): StepEvent {
    const { part, recipe, data } = this.#options;
    this.#losses.push(loss);
    if (this.#losses.length > LAST_LOSSES) this.#losses.shift();
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
      learningRate,
      gradientNorm,
      secondsWaited,
      stepsPerSecond,
      secondsLeft: this.#schedule.secondsLeft(state.step, stepsPerSecond),
    };
  }

  /** A warning if the best weights are worse than the support's mean, or the last losses exploded. */
  warnings(): WarningEvent[] {
    const { part, recipe, data } = this.#options;
    if (recipe.train.steps === 0) return [];
    const texts = [
      leftOutText(this.#failures.count, this.#step),
      worseThanMean(this.#best, data, recipe) ?? explosion(this.#losses, recipe),
    ].filter((text) => text !== undefined);
    return texts.map((text) => ({ type: "warning", part, step: this.#step, text }));
  }

  doneEvent(): DoneEvent {
    return {
      type: "done",
      part: this.#options.part,
      steps: this.#step,
      skipped: this.#failures.count.total,
      selectedStep: this.#best?.step ?? this.#step,
      seconds: this.#elapsed / 1000,
      stoppedEarly: this.#schedule.stoppedEarly,
    };
  }

  result(): Omit<TrainedPart, "certainty"> {
    return trainedPart(this.#options, this.#state, this.#best);
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
