/** The options and the report of an evaluation. */

import type { Dataset, Split, TaskKind } from "../data/index.js";
import type { Episode, Table } from "../episode/index.js";
import type { ViewOptions } from "../model/view.js";
import type { Attribution } from "./attribution.js";
import type { TaskScore } from "./measure.js";
import type { CertaintyEvaluation } from "./open-set.js";

/** Options of `evaluate`. `supportModalities`, `queryModalities` and `labelShots` default to those of training. */
export interface EvaluateOptions extends ViewOptions {
  data: Dataset;
  /** Default `test`. Classes of the train split are refused. */
  split?: Split;
  /**
   * Classes per episode, or at most if groups are tasks. Default 5, or as many as can be drawn; the model's way if its
   * learner has a fixed one. Leave it out for regression.
   */
  way?: number;
  /** Support examples per class; default 1, or the model's shot for regression. */
  shot?: number;
  /** Most queries per class; default 15. */
  query?: number;
  /** The number of episodes; default 1,000. */
  episodes?: number;
  /** Draw support and query from different groups. */
  across?: "group" | null;
  /** `transductive` normalises queries by their own statistics; default the model's mode. */
  mode?: "inductive" | "transductive";
  /** Whether to attribute the score to the modalities, which scores every subset of them. */
  attribute?: boolean;
  seed?: number;
  signal?: AbortSignal;
  /** Called with the episodes done in all rows, the episodes of all rows, and the name of the current row. */
  onProgress?: (done: number, total: number, row: string) => void;
}

/**
 * The kind of a row: `fused`, the model with all modalities; `alone`, a model trained on one modality;
 * `encoder`, one encoder of the base model; a model without one
 * of them in the support or the query; `untrained`, its initial weights; `chance`.
 */
export type RowKind =
  | "fused"
  | "alone"
  | "encoder"
  | "support-missing"
  | "query-missing"
  | "untrained"
  | "chance";

/** A row: `accuracy` for classification, `mse` and `mae` (mean squared and mean absolute error) for regression. */
export interface EvaluationRow extends TaskScore {
  readonly kind: RowKind;
  readonly name: string;
  /** The modalities of the support. */
  readonly support: readonly string[];
  /** The modalities of the query. */
  readonly query: readonly string[];
  /** Support examples per class that are the class name as text; absent if there are none. */
  readonly labelShots?: number;
  /** Share of queries that have none of the row's modalities and are guessed; absent if 0. */
  readonly guessed?: number;
  readonly mae?: number;
  /** Half-width of the 95 % interval of accuracy or mse over episodes. */
  readonly halfWidth: number;
  readonly msPerEpisode: number;
  /** How much better the first row is on the same episodes, with the half-width of its 95 % interval. */
  readonly behindFirst?: { readonly difference: number; readonly halfWidth: number };
}

/** The report of an evaluation. */
export interface Evaluation {
  /** The name of the data set. */
  readonly data: string;
  readonly split: Split;
  readonly task: TaskKind;
  readonly way: number;
  readonly shot: number;
  readonly query: number;
  readonly episodes: number;
  readonly seed: number;
  readonly mode: "inductive" | "transductive";
  readonly across: "group" | null;
  readonly supportModalities: readonly string[];
  readonly queryModalities: readonly string[];
  readonly labelShots: number;
  /** What episodes are drawn of: `class` or, if groups are tasks, the data's word for a group. */
  readonly unit: string;
  /** The largest way that could be drawn. */
  readonly mostWay: number;
  /** Classes (groups, for regression) with too few examples for an episode. */
  readonly ineligible: readonly string[];
  /** Rows of the split that have none of the model's modalities. */
  readonly unusedRows: number;
  readonly rows: readonly EvaluationRow[];
  /** Calibration and open-set detection of the first row; absent for regression. */
  readonly certainty?: CertaintyEvaluation;
  /** Shapley values of the modalities; they add up to the first row's score minus that of chance. */
  readonly attribution?: readonly Attribution[];
}

/** What was evaluated, without the results. */
export type EvaluationProtocol = Omit<Evaluation, "rows" | "certainty" | "attribution">;

/** The episodes of an evaluation, of rows of `table`. */
export interface Drawn {
  readonly protocol: EvaluationProtocol;
  readonly table: Table;
  readonly episodes: readonly Episode[];
}

/** Called with the items done in all rows, the items of all rows, and the name of the current row. */
export type EvaluationProgress = (done: number, total: number, row: string) => void;
