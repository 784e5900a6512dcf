/** The interface of continual methods: they add a loss of an old task to that of a new one, min_θ L_new(θ) + λ L_old(θ). */

import type { NDArray } from "../base/array.js";
import type { EpisodeArrays } from "../episode/index.js";
import type { Weights } from "../model/index.js";
import type { MeanGradient, MetaGradient, TrainingPrograms } from "../train/programs.js";

/** The old task after training on it. */
export interface OldTask {
  readonly programs: TrainingPrograms;
  /** θ*, the weights after training on it; never changed. */
  readonly weights: Weights;
  /** Class mask [way]: 1 for an old class, 0 for a new one. */
  readonly ways: NDArray;
  readonly seed: number;
  /** The batches of old examples of a step; overwritten by those of the step after the next. */
  batches(step: number): readonly EpisodeArrays[];
  /** The gradient of each batch at some weights. */
  run(weights: Weights, batches: readonly EpisodeArrays[]): Promise<MetaGradient[]>;
  readonly signal?: AbortSignal;
}

/** L_old in one step: loss, gradient and, if old examples were embedded, their normalisation statistics. */
export type OldTerm = Pick<MeanGradient, "loss" | "gradient"> & Partial<Pick<MeanGradient, "statistics">>;

/** Computes L_old at `weights` in step `step`; `batches` are those of the new task. */
export type OldLoss = (weights: Weights, batches: readonly EpisodeArrays[], step: number) => Promise<OldTerm>;

/** One row of the table of continual methods. */
export interface ContinualMethod {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  /** Which of the two losses λ multiplies. */
  readonly weighs: "old" | "new";
  /** Whether training starts from the old task's weights, and not from initial ones. */
  readonly startsOld: boolean;
  /** Compute what is needed before the first step, such as the Fisher information. */
  begin(old: OldTask): Promise<OldLoss>;
}
