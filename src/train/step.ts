/**
 * A training step, from episodes to updated weights: the meta-gradient of the episodes, then the optimizer. If a step is one
 * program, the update is part of it, so that no gradient leaves the thread that computes it. Otherwise the gradients of
 * several programs are averaged and the update is computed here.
 */

import { type Arrays, allFinite, leavesOf, type NDArray, type Tree } from "../base/array.js";
import type { EpisodeArrays } from "../episode/index.js";
import type { Recipe } from "../model/index.js";
import { allocateStepFactors, type StepFactors, setStepFactors } from "../optim/adam.js";
import type { Plan } from "./plan.js";
import { type MetaGradient, meanGradient, type TrainingPrograms } from "./programs.js";
import { tracedUpdate } from "./traced-update.js";
import { type TrainingState, update } from "./update.js";

export interface Stepped {
  readonly state: TrainingState;
  /** Means over the step's episodes. */
  readonly loss: number;
  readonly score: number;
  /** False if the step was left out because its loss, gradient or update is not finite; the state is as it was before. */
  readonly isTaken: boolean;
  /** Global norm of the gradient over the trainable parameters, before clipping. */
  readonly gradientNorm: number;
}

/** A step in progress. */
export interface Step {
  /** The state after the step, if the next step may be started before its values are computed. */
  readonly ahead?: TrainingState;
  readonly stepped: Promise<Stepped>;
}

/**
 * Starts a step on the episodes of each of its programs. It may change the given state in place, and the state before
 * that.
 */
export type Stepper = (
  current: TrainingState,
  programs: readonly EpisodeArrays[],
  learningRate: number,
  signal: AbortSignal | undefined,
) => Step;

export function stepperFor(
  programs: TrainingPrograms,
  { kind, chunk }: Plan,
  train: Recipe["train"],
): Stepper {
  const [stacked, alone] = [kind === "vmap", kind === "alone"];
  return chunk === train.metaBatch
    ? asOneProgram(programs, train, stacked, alone)
    : inSeveral(programs, train, stacked);
}

/** The results of a step that is one program. */
type StepResults = {
  readonly loss: NDArray;
  readonly score: NDArray;
  readonly largest: NDArray;
  readonly relative: NDArray;
  readonly params: TrainingState["params"];
  readonly state: TrainingState["state"];
  readonly moments: TrainingState["moments"];
};

function asOneProgram(
  programs: TrainingPrograms,
  { optimizer, clipNorm, onNan }: Recipe["train"],
  stacked: boolean,
  alone: boolean,
): Stepper {
  const lane = {};
  const ending = tracedUpdate(clipNorm);
  const role = `by ${optimizer}${clipNorm === undefined ? "" : ` clipped to ${clipNorm}`}`;
  const buffers = new Buffers();
  const limit = clipNorm ?? Number.POSITIVE_INFINITY;
  return (current, [episodes], learningRate, signal) => {
    const step = current.step + 1;
    const buffer = buffers.next(current);
    const { updates } = current;
    setStepFactors(buffer.factors, learningRate, updates + 1);
    const start = (solved?: Arrays) => {
      const given = { moments: current.moments, factors: buffer.factors };
      const { results, done } = programs.step<StepResults>(current, episodes, given, ending, role, {
        signal,
        stacked,
        alone,
        solved,
        lane,
        into: buffer.results,
      });
      buffer.results = results;
      const { params, state, moments } = results;
      const scalars = [results.loss, results.score, results.largest, results.relative];
      const next = { params, state, moments, step, updates: updates + 1 };
      const stepped = done.then((): Stepped => {
        const [loss, score, largest, relative] = scalars.map(({ data }) => data[0]);
        const isTaken =
          Number.isFinite(loss) &&
          Number.isFinite(relative) &&
          Math.min(largest, limit) < MOST_SQUARED &&
          isAllFinite({ params, state });
        const before = { ...current, step };
        return { state: isTaken ? next : before, loss, score, isTaken, gradientNorm: largest * relative };
      });
      // Where a step may be left out, the number of updates before the next one is known only afterwards.
      return onNan === "skip" ? { stepped } : { ahead: next, stepped };
    };
    const solving = programs.solveAlignment(current, [episodes], stacked, { signal, alone });
    return solving ? { stepped: solving.then((solved) => start(solved).stepped) } : start();
  };
}

/** The square of a larger value is not a float32 value; Adam's moments are finite if the squares of gradients are. */
const MOST_SQUARED = 1.8e19;

/**
 * The arrays that steps write to in turns, never those of the state that a step starts from, nor of the state before it: that
 * stays valid until the step has ended, since it may be left out.
 */
class Buffers {
  readonly #all: { results?: StepResults; factors: StepFactors<NDArray> }[] = [0, 1, 2].map(() => ({
    factors: allocateStepFactors(),
  }));
  #last = 0;

  next({ params }: TrainingState) {
    const after = () => {
      this.#last = (this.#last + 1) % this.#all.length;
      return this.#all[this.#last];
    };
    const buffer = after();
    return buffer.results?.params === params ? after() : buffer;
  }
}

const isAllFinite = (tree: Arrays): boolean =>
  leavesOf<NDArray>(tree as Tree<NDArray>).every(([, { data }]) => allFinite(data));

function inSeveral(programs: TrainingPrograms, { clipNorm }: Recipe["train"], stacked: boolean): Stepper {
  let chunks: MetaGradient[] = [];
  const take = async (...[current, batches, learningRate, signal]: Parameters<Stepper>): Promise<Stepped> => {
    const solving = programs.solveAlignment(current, batches, stacked, { signal });
    const solved = solving && (await solving);
    const run = (episodes: EpisodeArrays, into: MetaGradient | undefined) => {
      const options = { signal, into, solved };
      return stacked
        ? programs.meanMetaGradient(current, episodes, options)
        : programs.metaGradient(current, episodes, options);
    };
    chunks = await Promise.all(batches.map((episodes, i) => run(episodes, chunks[i])));
    const mean = meanGradient(chunks);
    const { trainable } = programs.definition.learner;
    const { loss, score } = mean;
    return { ...update(current, mean, learningRate, { trainable, clipNorm }), loss, score };
  };
  return (...step) => ({ stepped: take(...step) });
}
