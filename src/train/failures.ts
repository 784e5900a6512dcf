/**
 * Steps whose loss, gradient or update is not finite. Each is counted and saved with its episodes and the state before it
 * in `failures/` of the run folder, of which `metamodal runs replay` shows what went wrong.
 */

import { random } from "../base/random.js";
import type { Recipe } from "../model/index.js";
import type { TakenStep } from "./ahead.js";
import type { CheckpointContents, LeftOut } from "./checkpoint.js";
import type { Checkpoints } from "./checkpoints.js";
import type { TrainingData } from "./data.js";
import { diverged } from "./diverged.js";
import type { FailureEvent } from "./events.js";
import type { SavedFailure } from "./saved-failure.js";

/** Steps left out in a row after which training stops. */
const MOST_IN_A_ROW = 10;

interface Context {
  readonly part: string;
  readonly recipe: Recipe;
  readonly data: TrainingData;
  readonly checkpoints?: Checkpoints;
}

/** Counts the steps that a part leaves out, and saves them. */
export class Failures {
  #count: LeftOut;

  constructor(
    readonly context: Context,
    resumed: LeftOut = { total: 0, inARow: 0 },
  ) {
    this.#count = resumed;
  }

  get count(): LeftOut {
    return this.#count;
  }

  /** Record that a step was taken. */
  taken(): void {
    this.#count = { ...this.#count, inARow: 0 };
  }

  /** Count and save a step that is not finite; `before` is the state before it. Returns its event, and the error if training stops. */
  async add(step: TakenStep, before: CheckpointContents): Promise<{ event: FailureEvent; error?: Error }> {
    const { part, recipe, data, checkpoints } = this.context;
    const inARow = this.#count.inARow + 1;
    this.#count = { total: this.#count.total + 1, inARow };
    const problem = problemOf(step);
    const stops = recipe.train.onNan === "stop" || inARow >= MOST_IN_A_ROW;
    const { step: number } = step.state;
    const path = await checkpoints?.writeFailure(this.#saved(step, problem), before);
    const event: FailureEvent = {
      type: "failure",
      part,
      step: number,
      learningRate: step.learningRate,
      loss: step.loss,
      gradientNorm: step.gradientNorm,
      problem,
      action: stops ? "stop" : "skip",
      inARow,
      ...(path && { path }),
    };
    if (!stops) return { event };
    const failed = { part, step: number, problem, inARow, folder: checkpoints?.folder };
    return { event, error: diverged({ ...failed, checkpoint: checkpoints?.newest() }, data, recipe) };
  }

  #saved({ state: { step }, learningRate }: TakenStep, problem: string): SavedFailure {
    const { part, recipe, data } = this.context;
    const ids = (items: readonly { readonly row: number }[]) =>
      items.map(({ row }) => data.table.rows[row].id);
    const episodes = Array.from({ length: recipe.train.metaBatch }, (_, i) => {
      const { classes, support, query } = data.sampler.draw(random(recipe.seed, "train", step, i));
      return { classes, support: ids(support), query: ids(query) };
    });
    return { part, step, learningRate, problem, episodes };
  }
}

/** What of a step is not finite: `the loss is NaN`. */
function problemOf({ loss, gradientNorm }: TakenStep): string {
  if (!Number.isFinite(loss)) return `the loss is ${loss}`;
  if (!Number.isFinite(gradientNorm)) return `the gradient is not finite at a loss of ${rounded(loss)}`;
  return `the update is not finite at a loss of ${rounded(loss)} and a gradient norm of ${rounded(gradientNorm)}`;
}

const rounded = (value: number) => Number(value.toPrecision(3));
