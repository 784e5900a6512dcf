/** Estimates how long the rest of a comparison takes. */

import { reserved } from "./budget.js";

export class TimeLeft {
  readonly #overheads: readonly number[];
  readonly #trainSeconds: number | null;
  readonly #trained: number[] = [];

  /** `overheads` are the measured seconds per combination besides training; `trainSeconds` is null if steps are given. */
  constructor(overheads: readonly number[], trainSeconds: number | null) {
    this.#overheads = overheads;
    this.#trainSeconds = trainSeconds;
  }

  /** Record the training time of a combination; without fixed training seconds, the mean is the estimate for the others. */
  add(trainSeconds: number): void {
    this.#trained.push(trainSeconds);
  }

  /** Seconds for combination `i`, which has run for `spent` seconds, and all after it; null if there is no estimate yet. */
  from(i: number, spent = 0): number | null {
    const [current = 0, ...others] = this.#overheads.slice(i).map((overhead) => this.#secondsFor(overhead));
    const seconds = others.reduce((sum, each) => sum + each, Math.max(0, current - spent));
    return Number.isFinite(seconds) ? seconds : null;
  }

  #secondsFor(overhead: number): number {
    return reserved(overhead) + (this.#trainSeconds ?? mean(this.#trained));
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
