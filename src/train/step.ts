/**
 * A step of training: what its episodes say of the parameters, and what the optimizer makes of that. Where a step is
 * one program, the update is part of it, so that no gradient leaves the thread that computes it; else the programs'
 * gradients are averaged and followed here.
 */

import type { Arrays, NDArray } from "../base/array.js";
import type { EpisodeArrays } from "../episode/index.js";
import type { Recipe } from "../model/index.js";
import { allocateStepFactors, type StepFactors, setStepFactors } from "../optim/adam.js";
import type { Plan } from "./plan.js";
import { type MetaGradient, meanGradient, type TrainingPrograms } from "./programs.js";
import { type TrainingState, update, updated } from "./update.js";

export interface Stepped {
  readonly state: TrainingState;
  /** Means over the step's episodes. */
  readonly loss: number;
  readonly score: number;
}

/** A step under way. */
export interface Step {
  /** The state it leads to, where the next step may start from it before it is there. */
  readonly ahead?: TrainingState;
  readonly stepped: Promise<Stepped>;
}

/**
 * Start a step on the arguments of each of its programs. The state that is given may be changed in place, and so may
 * that of the step before it.
 */
export type Stepper = (
  current: TrainingState,
  programs: readonly EpisodeArrays[],
  rate: number,
  signal: AbortSignal | undefined,
) => Step;

export function stepperFor(
  programs: TrainingPrograms,
  { kind, chunk }: Plan,
  { optimizer, metaBatch }: Recipe["train"],
): Stepper {
  const [stacked, alone] = [kind === "vmap", kind === "alone"];
  return chunk === metaBatch
    ? asOneProgram(programs, optimizer, stacked, alone)
    : inSeveral(programs, stacked);
}

/** What the one program of a step gives. */
type Whole = {
  readonly loss: NDArray;
  readonly score: NDArray;
  readonly params: TrainingState["params"];
  readonly state: TrainingState["state"];
  readonly moments: TrainingState["moments"];
};

function asOneProgram(
  programs: TrainingPrograms,
  optimizer: Recipe["train"]["optimizer"],
  stacked: boolean,
  alone: boolean,
): Stepper {
  const lane = {};
  /** The last two steps' arrays: one step reads those of the step before, and overwrites the others. */
  const kept: { whole?: Whole; factors: StepFactors<NDArray> }[] = [0, 1].map(() => ({
    factors: allocateStepFactors(),
  }));
  return (current, [episodes], rate, signal) => {
    const step = current.step + 1;
    const own = kept[step % 2];
    setStepFactors(own.factors, rate, step);
    const start = (solved?: Arrays) => {
      const given = { moments: current.moments, factors: own.factors };
      const { results, done } = programs.step<Whole>(current, episodes, given, updated, `by ${optimizer}`, {
        signal,
        stacked,
        alone,
        solved,
        lane,
        into: own.whole,
      });
      own.whole = results;
      const { loss, score, params, state, moments } = results;
      const reached = { params, state, moments, step };
      const stepped = done.then(() => ({ state: reached, loss: loss.data[0], score: score.data[0] }));
      return { ahead: reached, stepped };
    };
    const solving = programs.solveAlignment(current, [episodes], stacked, { signal, alone });
    return solving ? { stepped: solving.then((solved) => start(solved).stepped) } : start();
  };
}

function inSeveral(programs: TrainingPrograms, stacked: boolean): Stepper {
  let chunks: MetaGradient[] = [];
  const take = async (...[current, batches, rate, signal]: Parameters<Stepper>): Promise<Stepped> => {
    const solving = programs.solveAlignment(current, batches, stacked, { signal });
    const solved = solving && (await solving);
    const run = (episodes: EpisodeArrays, into: MetaGradient | undefined) => {
      const options = { signal, into, solved };
      return stacked
        ? programs.meanMetaGradient(current, episodes, options)
        : programs.metaGradient(current, episodes, options);
    };
    chunks = await Promise.all(batches.map((episodes, i) => run(episodes, chunks[i])));
    const { loss, score, ...said } = meanGradient(chunks);
    return { state: update(current, said, rate, programs.definition.learner.trainable), loss, score };
  };
  return (...step) => ({ stepped: take(...step) });
}
