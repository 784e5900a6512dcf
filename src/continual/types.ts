/** What keeps an old task while a new one is learned: min_θ L_new(θ) + λ L_old(θ). */

import type { NDArray } from "../base/array.js";
import type { EpisodeArrays } from "../episode/index.js";
import type { Weights } from "../model/index.js";
import type { MeanGradient, MetaGradient, TrainingPrograms } from "../train/programs.js";

/** The old task, as it was when training on it ended. */
export interface OldTask {
  readonly programs: TrainingPrograms;
  /** θ*; nothing changes them. */
  readonly weights: Weights;
  /** [way]: 1 for an old class, 0 for a new one. */
  readonly ways: NDArray;
  readonly seed: number;
  /** The old batches of a step; overwritten by those of the step after the next. */
  batches(step: number): readonly EpisodeArrays[];
  /** What batches of a step say of weights. */
  run(weights: Weights, batches: readonly EpisodeArrays[]): Promise<MetaGradient[]>;
  readonly signal?: AbortSignal;
}

/** What L_old says in one step; statistics are of old examples, where some were seen. */
export type OldTerm = Pick<MeanGradient, "loss" | "gradient"> & Partial<Pick<MeanGradient, "statistics">>;

/** L_old at `weights`, in step `step`, whose batches of the new task are `batches`. */
export type OldLoss = (weights: Weights, batches: readonly EpisodeArrays[], step: number) => Promise<OldTerm>;

/** One row of the transfer table. */
export interface ContinualMethod {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  /** Which of the two losses λ multiplies. */
  readonly weighs: "old" | "new";
  /** Whether training begins where training on the old task ended. */
  readonly startsOld: boolean;
  /** What can be known before the first step. */
  begin(old: OldTask): Promise<OldLoss>;
}
