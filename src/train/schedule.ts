/**
 * The schedule of a training: a number of steps, or a budget in minutes that ends early once validation stops improving.
 *
 * The learning rate follows half a cosine over the share of the budget that is spent (Loshchilov and Hutter, 2017). After
 * {@link PATIENCE} validations in a row without a new best, the rest of the cosine takes a tenth of the budget, so that
 * early stopping (Prechelt, 1998) still includes the low learning rates.
 */

import type { Recipe } from "../model/index.js";

/** Steps between validations by default, if the budget is a number of steps. */
const DEFAULT_EVERY = 200;

/** Validations of a budget in minutes, evenly spaced. */
const VALIDATIONS = 20;

/** Validations in a row without a new best, after which a budget in minutes is wound down. */
const PATIENCE = 5;

/** Share of the budget that winding down takes. */
const WIND_DOWN = 0.1;

/** Largest share of the time between validations that a validation may take. */
const MOST_VALIDATING = 1 / 3;

/** The learning rate once a share `spent` of the budget is spent: learningRate · (1 + cos π·spent) / 2. */
export const annealed = (learningRate: number, spent: number) =>
  (learningRate / 2) * (1 + Math.cos(Math.PI * spent));

/** The state of a schedule, stored in checkpoints. */
export interface Pace {
  /** Validations in a row without a new best. */
  readonly withoutBest: number;
  /** The share of the budget at which the next validation is due. */
  readonly nextValidation: number;
  /** The share of the budget that was spent when winding down began. */
  readonly windDownFrom?: number;
}

/** Decides the learning rate, when to validate, and when to stop. */
export class Schedule {
  readonly #train: Recipe["train"];
  readonly #elapsed: () => number;
  #withoutBest: number;
  #nextValidation: number;
  #windDownFrom: number | undefined;

  /**
   * `elapsed` returns milliseconds of training, including those before a resumption; `resumed` is the stored state.
   */
  constructor(train: Recipe["train"], elapsed: () => number, resumed?: Pace) {
    this.#train = train;
    this.#elapsed = elapsed;
    this.#withoutBest = resumed?.withoutBest ?? 0;
    this.#nextValidation = resumed?.nextValidation ?? this.#share() + 1 / VALIDATIONS;
    this.#windDownFrom = resumed?.windDownFrom;
  }

  /** The state to store; undefined if the budget is a number of steps. */
  get pace(): Pace | undefined {
    if (this.#train.steps !== undefined) return undefined;
    return {
      withoutBest: this.#withoutBest,
      nextValidation: this.#nextValidation,
      windDownFrom: this.#windDownFrom,
    };
  }

  /** Whether validation stopped improving before the budget was spent. */
  get stoppedEarly(): boolean {
    return this.#windDownFrom !== undefined && this.#windDownFrom + WIND_DOWN < 1;
  }

  /** Share of the budget spent after `step` steps, 0 to 1. */
  spent(step: number): number {
    const { steps } = this.#train;
    if (steps !== undefined) return steps === 0 ? 1 : step / steps;
    const share = this.#share();
    const from = this.#windDownFrom;
    if (from === undefined) return share;
    return Math.max(share, Math.min(1, from + ((1 - from) * (share - from)) / WIND_DOWN));
  }

  isOver = (step: number): boolean => this.spent(step) >= 1;

  learningRateAfter = (step: number): number => annealed(this.#train.learningRate, this.spent(step));

  /** Whether the weights after `step` are to be validated; those at the end always are. */
  isValidationDue(step: number): boolean {
    const { steps, evalEvery } = this.#train;
    if (steps !== undefined || evalEvery !== undefined) return step % (evalEvery ?? DEFAULT_EVERY) === 0;
    return this.#share() >= this.#nextValidation;
  }

  /** Record a validation that took `milliseconds`. */
  validated(isBest: boolean, milliseconds: number): void {
    const { steps, minutes } = this.#train;
    if (steps !== undefined) return;
    const pause = Math.max(1 / VALIDATIONS, milliseconds / (MOST_VALIDATING * minutes * 60_000));
    this.#nextValidation = this.#share() + (this.#windDownFrom === undefined ? pause : pause / 2);
    this.#withoutBest = isBest ? 0 : this.#withoutBest + 1;
    if (this.#withoutBest >= PATIENCE) this.#windDownFrom ??= this.#share();
  }

  /** Estimated seconds left after `step` steps, at `perSecond` steps per second. */
  secondsLeft(step: number, perSecond: number): number {
    const { steps, minutes } = this.#train;
    if (steps !== undefined) return (steps - step) / perSecond;
    const from = this.#windDownFrom;
    const end = from === undefined ? 1 : Math.min(1, from + WIND_DOWN);
    return Math.max(0, (end - this.#share()) * minutes * 60);
  }

  /** Share of the minutes that have passed, 0 to 1. */
  #share(): number {
    return Math.min(1, this.#elapsed() / (this.#train.minutes * 60_000));
  }
}
