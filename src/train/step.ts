/**
 * A step of training: what its episodes say of the parameters, and what the optimizer makes of that. Where a step is
 * one program, the update is part of it, so that no gradient leaves the thread that computes it; else the programs'
 * gradients are averaged and followed here.
 */

import type { Arrays, NDArray } from "../base/array.js";
import type { EpisodeArrays } from "../data/index.js";
import type { ChunkResult, Recipe, Runtime } from "../model/index.js";
import { makeFactors, setFactors } from "./adam.js";
import type { Plan } from "./plan.js";
import { type TrainingState, update, updated } from "./update.js";

export interface Stepped {
  readonly state: TrainingState;
  /** Means over the step's episodes. */
  readonly loss: number;
  readonly score: number;
}

/**
 * Take a step on the arguments of each of its programs, which are on their way when the call returns. The state that is
 * given may be changed in place, and so may that of the step before it.
 */
export type Stepper = (
  current: TrainingState,
  programs: readonly EpisodeArrays[],
  rate: number,
  signal: AbortSignal | undefined,
) => Promise<Stepped>;

export function stepperFor(
  runtime: Runtime,
  { kind, chunk }: Plan,
  { optimizer, metaBatch }: Recipe["train"],
): Stepper {
  const [stacked, alone] = [kind === "vmap", kind === "alone"];
  return chunk === metaBatch ? asOneProgram(runtime, optimizer, stacked, alone) : inSeveral(runtime, stacked);
}

/** What the one program of a step gives. */
interface Whole {
  readonly loss: NDArray;
  readonly score: NDArray;
  readonly params: Arrays;
  readonly state: Arrays;
  readonly moments: TrainingState["moments"];
}

function asOneProgram(
  runtime: Runtime,
  optimizer: Recipe["train"]["optimizer"],
  stacked: boolean,
  alone: boolean,
): Stepper {
  const factors = makeFactors();
  /** The last two steps' arrays: one step reads those of the step before, and overwrites the others. */
  let [last, spare]: (Whole | undefined)[] = [];
  return async (current, [episodes], rate, signal) => {
    const solving = runtime.solve(current, [episodes], stacked, { signal, alone });
    const solved = solving && (await solving);
    const step = current.step + 1;
    setFactors(factors, rate, step);
    const given = { moments: current.moments, factors };
    const result: Whole = await runtime.trained(current, episodes, given, updated, `by ${optimizer}`, {
      signal,
      stacked,
      alone,
      solved,
      into: spare as Arrays | undefined,
    });
    [last, spare] = [result, last];
    const { loss, score, params, state, moments } = result;
    return { state: { params, state, moments, step }, loss: loss.data[0], score: score.data[0] };
  };
}

function inSeveral(runtime: Runtime, stacked: boolean): Stepper {
  let chunks: ChunkResult[] = [];
  return async (current, programs, rate, signal) => {
    const solving = runtime.solve(current, programs, stacked, { signal });
    const solved = solving && (await solving);
    const run = (episodes: EpisodeArrays, into: ChunkResult | undefined) => {
      const options = { signal, into, solved };
      return stacked
        ? runtime.stackedChunk(current, episodes, options)
        : runtime.chunk(current, episodes, options);
    };
    chunks = await Promise.all(programs.map((episodes, i) => run(episodes, chunks[i])));
    const state = update(current, chunks, rate, runtime.learner.trainable);
    return { state, loss: meanOf(chunks, "loss"), score: meanOf(chunks, "score") };
  };
}

const meanOf = (chunks: readonly ChunkResult[], of: "loss" | "score") =>
  chunks.reduce((sum, chunk) => sum + chunk[of].data[0], 0) / chunks.length;
