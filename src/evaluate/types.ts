/** What an evaluation is asked, and what it tells. */

import type { Dataset, Split, TaskKind } from "../data/index.js";
import type { Episode, Table } from "../episode/index.js";
import type { ViewOptions } from "../model/view.js";
import type { Attribution } from "./attribution.js";
import type { Measured } from "./measure.js";
import type { CertaintyEvaluation } from "./open-set.js";

/** What support and query show (`supportModalities`, `queryModalities`, `labelShots`) is by default as in training. */
export interface EvaluateOptions extends ViewOptions {
  data: Dataset;
  /** Default `test`. Train classes are refused. */
  split?: Split;
  /**
   * Classes an episode, or at most where groups are tasks; default 5, fewer where no more can be drawn, or the model's where
   * its learner takes no other. Leave it out for numbers.
   */
  way?: number;
  /** Support examples a class; default 1 or, where labels are numbers, the model's. */
  shot?: number;
  /** Query examples a class at most; default 15. */
  query?: number;
  /** Default 1,000. */
  episodes?: number;
  /** Draw support and query from different groups. */
  across?: "group" | null;
  /** `transductive` normalises by the queries' own statistics; default the model's mode. */
  mode?: "inductive" | "transductive";
  /** Also tell what each modality adds, which scores every subset of them. */
  attribute?: boolean;
  seed?: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number, row: string) => void;
}

/** What a row of an evaluation is about. */
export type RowKind = "fused" | "alone" | "support-missing" | "query-missing" | "untrained" | "chance";

/** `accuracy`, or `mse` and `mae` (mean squared and absolute error) where labels are numbers. */
export interface EvaluationRow extends Measured {
  readonly kind: RowKind;
  readonly name: string;
  /** The modalities that support and query were given. */
  readonly support: readonly string[];
  readonly query: readonly string[];
  /** How many support examples more the name of each class was; none, when absent. */
  readonly labelShots?: number;
  /** The share of queries that have none of the modalities the row shows, and are guessed; absent where there are none. */
  readonly guessed?: number;
  readonly mae?: number;
  /** Half-width of the 95 % interval of accuracy or mse over episodes. */
  readonly halfWidth: number;
  readonly msPerEpisode: number;
  /** How much better the first row is on the same episodes, with the half-width of its 95 % interval. */
  readonly behindFirst?: { readonly difference: number; readonly halfWidth: number };
}

export interface Evaluation {
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
  /** What support and query show. */
  readonly supportModalities: readonly string[];
  readonly queryModalities: readonly string[];
  readonly labelShots: number;
  /** What is drawn, and unseen: a class, or a group where groups are tasks. */
  readonly unit: string;
  /** The most classes that an episode could have. */
  readonly mostWay: number;
  /** Classes (groups) with too few examples for an episode. */
  readonly ineligible: readonly string[];
  /** Rows of the split that have none of the model's modalities. */
  readonly unusedRows: number;
  readonly rows: readonly EvaluationRow[];
  /** Of the first row, what it knows of its own certainty; absent where labels are numbers. */
  readonly certainty?: CertaintyEvaluation;
  /** What each modality adds to chance; together, what the first row has above it. */
  readonly attribution?: readonly Attribution[];
}

/** What was measured, and on what. */
export type Protocol = Omit<Evaluation, "rows" | "certainty" | "attribution">;

/** What every row of an evaluation is scored on. */
export interface Drawn {
  readonly protocol: Protocol;
  /** The rows that examples are of. */
  readonly table: Table;
  readonly episodes: readonly Episode[];
}
