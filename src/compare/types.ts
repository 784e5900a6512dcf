/** What a comparison is asked, and what it tells. */

import type { Notice, OpenOptions, Split } from "../data/index.js";
import type { EngineOptions } from "../engine/run/options.js";
import type { Measured } from "../evaluate/measure.js";
import type { Protocol } from "../evaluate/types.js";
import type { RecipeInput } from "../model/recipe.js";
import type { FusionName, LearnerName } from "../model/recipe-choices.js";

export interface CompareOptions extends EngineOptions {
  /** The data folder, which the process of every combination opens. */
  data: string;
  /** What is stated of its columns and labels. */
  columns?: Omit<OpenOptions, "signal" | "like">;
  /**
   * By what all of them are trained: everything but learner and fusion, though a learner's options hold for that
   * learner. The way (default 5) and the shot are those of training and of the test alike.
   */
  recipe?: Omit<RecipeInput, "data">;
  /** Default: every learner of the labels' kind. */
  learners?: readonly LearnerName[];
  /** Default: the recipe's. */
  fusions?: readonly FusionName[];
  /** Minutes for the whole comparison, where the recipe gives no steps; default 10. */
  budget?: number;
  /** Default `test`. */
  split?: Split;
  /** Query examples a class at most; default 15. */
  query?: number;
  /** Test episodes; default 1,000. */
  episodes?: number;
  /** A folder for what is found. Combinations that are there already are not run again. */
  out?: string;
  /** Aborting rejects; the rows that were told, and those in `out`, remain. */
  signal?: AbortSignal;
  onEvent?: (event: CompareEvent) => void;
}

/** A learner with a fusion. */
export interface Combination {
  readonly learner: LearnerName;
  readonly fusion: FusionName;
}

/** What was found of a combination that ran. */
export interface Found {
  /** The score of each test episode. */
  readonly scores: readonly number[];
  /** Accuracy, or mean squared error, on the validation episodes, by which the weights were chosen. */
  readonly validation: (Measured & { readonly halfWidth: number }) | null;
  readonly steps: number;
  /** The step whose weights these are. */
  readonly selectedStep: number;
  /** Compiling and validation included. */
  readonly trainSeconds: number;
  /** Milliseconds to adapt to one test task, the median of several. */
  readonly adaptMs: number;
  /** The most memory that its process held. */
  readonly peakMB: number;
  readonly parameters: number;
}

export interface ComparedRow extends Combination, Measured, Omit<Found, "scores"> {
  readonly kind: "compared";
  /** Half-width of the 95 % interval of accuracy or mse over episodes. */
  readonly halfWidth: number;
  /** How much better the best row is on the same episodes, with the half-width of its 95 % interval. */
  readonly behindBest?: { readonly difference: number; readonly halfWidth: number };
}

/** A combination that could not start (`impossible`) or did not end well (`failed`). */
export interface MissingRow extends Combination {
  readonly kind: "impossible" | "failed";
  readonly reason: string;
}

/** What guessing is worth. */
export interface ChanceRow extends Measured {
  readonly kind: "chance";
  readonly name: string;
  readonly halfWidth: number;
}

export type ComparisonRow = ComparedRow | MissingRow | ChanceRow;

export interface Comparison extends Protocol {
  /** Combinations asked for. */
  readonly combinations: number;
  /** What each was given to train: seconds or steps. */
  readonly trainSeconds: number | null;
  readonly steps: number | null;
  /** Best first, then what is missing, then chance. */
  readonly rows: readonly ComparisonRow[];
}

/** Told once, before anything is trained. */
export interface PlanEvent {
  readonly type: "plan";
  /** What reading and planning the data decided. */
  readonly notices: readonly Notice[];
  /** Combinations to run, and those whose rows were read from `out`. */
  readonly combinations: number;
  readonly reused: number;
  readonly impossible: readonly MissingRow[];
  readonly trainSeconds: number | null;
  readonly steps: number | null;
  /** Seconds that all of it takes; null while unknown. */
  readonly secondsLeft: number | null;
}

/** Told while a combination runs. */
export interface ProgressEvent extends Combination {
  readonly type: "progress";
  /** Which one it is, counted from 1. */
  readonly number: number;
  readonly combinations: number;
  readonly doing: string;
  readonly secondsLeft: number | null;
}

/** A combination is done; `comparison` has all rows so far. */
export interface RowEvent {
  readonly type: "row";
  readonly row: ComparedRow | MissingRow;
  readonly comparison: Comparison;
}

export type CompareEvent = PlanEvent | ProgressEvent | RowEvent;
