/**
 * A training step, from episodes to updated weights: the meta-gradient of the episodes, then the optimizer. If a step is one
 * program, the update is part of it, so that no gradient leaves the thread that computes it. Otherwise the gradients of
 * several programs are averaged and the update is computed here.
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
  { optimizer, metaBatch }: Recipe["train"],
): Stepper {
  const [stacked, alone] = [kind === "vmap", kind === "alone"];
  return chunk === metaBatch
    ? asOneProgram(programs, optimizer, stacked, alone)
    : inSeveral(programs, stacked);
}

/** The results of a step that is one program. */
type StepResults = {
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
  /** The arrays of the last two steps: a step reads those of the step before, and overwrites the others. */
  const buffers: { results?: StepResults; factors: StepFactors<NDArray> }[] = [0, 1].map(() => ({
    factors: allocateStepFactors(),
  }));
  return (current, [episodes], learningRate, signal) => {
    const step = current.step + 1;
    const buffer = buffers[step % 2];
    setStepFactors(buffer.factors, learningRate, step);
    const start = (solved?: Arrays) => {
      const given = { moments: current.moments, factors: buffer.factors };
      const { results, done } = programs.step<StepResults>(
        current,
        episodes,
        given,
        updated,
        `by ${optimizer}`,
        {
          signal,
          stacked,
          alone,
          solved,
          lane,
          into: buffer.results,
        },
      );
      buffer.results = results;
      const { loss, score, params, state, moments } = results;
      const next = { params, state, moments, step };
      const stepped = done.then(() => ({ state: next, loss: loss.data[0], score: score.data[0] }));
      return { ahead: next, stepped };
    };
    const solving = programs.solveAlignment(current, [episodes], stacked, { signal, alone });
    return solving ? { stepped: solving.then((solved) => start(solved).stepped) } : start();
  };
}

function inSeveral(programs: TrainingPrograms, stacked: boolean): Stepper {
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
    const { loss, score, ...metaGradient } = meanGradient(chunks);
    const { trainable } = programs.definition.learner;
    return { state: update(current, metaGradient, learningRate, trainable), loss, score };
  };
  return (...step) => ({ stepped: take(...step) });
}
