/** The options, events and results of a comparison. */

import type { Notice, OpenOptions, Split } from "../data/index.js";
import type { EngineOptions } from "../engine/run/options.js";
import type { TaskScore } from "../evaluate/measure.js";
import type { EvaluationProtocol } from "../evaluate/types.js";
import type { RecipeInput } from "../model/recipe.js";
import type { FusionName, LearnerName } from "../model/recipe-choices.js";

export interface CompareOptions extends EngineOptions {
  /** The path of the data folder; the process of every combination opens it. */
  data: string;
  /** How its columns and labels are read. */
  columns?: Omit<OpenOptions, "signal" | "like">;
  /**
   * The recipe of all combinations, except for learner and fusion; options of its learner apply to that learner. Its way
   * (default 5) and shot are those of training and test.
   */
  recipe?: Omit<RecipeInput, "data">;
  /** Learners to compare; default all that can learn the task. */
  learners?: readonly LearnerName[];
  /** Fusions to compare; default the recipe's. */
  fusions?: readonly FusionName[];
  /** Minutes for the whole comparison, if the recipe gives no steps; default 10. */
  budget?: number;
  /** Default `test`. */
  split?: Split;
  /** Most queries per class; default 15. */
  query?: number;
  /** Test episodes; default 1,000. */
  episodes?: number;
  /** A folder for the results. Combinations that it has already are not run again. */
  out?: string;
  /** Aborting rejects; rows that were reported, and those in `out`, remain valid. */
  signal?: AbortSignal;
  onEvent?: (event: CompareEvent) => void;
}

/** A learner with a fusion. */
export interface Combination {
  readonly learner: LearnerName;
  readonly fusion: FusionName;
}

/** The measurements of a combination that ran. */
export interface TrialResult {
  /** The score of each test episode. */
  readonly scores: readonly number[];
  /** Accuracy, or mean squared error, on the validation episodes, by which the weights were selected. */
  readonly validation: (TaskScore & { readonly halfWidth: number }) | null;
  readonly steps: number;
  /** The step whose weights these are. */
  readonly selectedStep: number;
  /** Seconds of training, including compilation and validation. */
  readonly trainSeconds: number;
  /** Median milliseconds of adapting to a test task. */
  readonly adaptMs: number;
  /** Peak resident memory of its process, in MB. */
  readonly peakMB: number;
  readonly parameters: number;
}

export interface ComparedRow extends Combination, TaskScore, Omit<TrialResult, "scores"> {
  readonly kind: "compared";
  /** Half-width of the 95 % interval of accuracy or mse over episodes. */
  readonly halfWidth: number;
  /** How much better the best row is on the same episodes, with the half-width of its 95 % interval. */
  readonly behindBest?: { readonly difference: number; readonly halfWidth: number };
}

/** A combination that cannot be trained (`impossible`), or that failed (`failed`). */
export interface MissingRow extends Combination {
  readonly kind: "impossible" | "failed";
  readonly reason: string;
}

/** The score of chance. */
export interface ChanceRow extends TaskScore {
  readonly kind: "chance";
  readonly name: string;
  readonly halfWidth: number;
}

export type ComparisonRow = ComparedRow | MissingRow | ChanceRow;

export interface Comparison extends EvaluationProtocol {
  /** Number of combinations. */
  readonly combinations: number;
  /** Training budget of each: seconds, or `steps`. */
  readonly trainSeconds: number | null;
  readonly steps: number | null;
  /** Compared rows best first, then missing ones, then chance. */
  readonly rows: readonly ComparisonRow[];
}

/** Sent once, before anything is trained. */
export interface PlanEvent {
  readonly type: "plan";
  /** Notices from reading and planning the data. */
  readonly notices: readonly Notice[];
  /** Combinations to run, and those whose rows were read from `out`. */
  readonly combinations: number;
  readonly reused: number;
  readonly impossible: readonly MissingRow[];
  readonly trainSeconds: number | null;
  readonly steps: number | null;
  /** Estimated seconds of the whole comparison; null while unknown. */
  readonly secondsLeft: number | null;
}

/** Sent while a combination runs. */
export interface ProgressEvent extends Combination {
  readonly type: "progress";
  /** Its number, counted from 1. */
  readonly number: number;
  readonly combinations: number;
  readonly doing: string;
  readonly secondsLeft: number | null;
}

/** Sent when a combination has ended; `comparison` has all rows so far. */
export interface RowEvent {
  readonly type: "row";
  readonly row: ComparedRow | MissingRow;
  readonly comparison: Comparison;
}

export type CompareEvent = PlanEvent | ProgressEvent | RowEvent;
