/**
 * The events of a training run. `part` names the model in training: all modalities, or a single one. Scores are `accuracy`
 * for classification, `mse` (mean squared error) for regression.
 */

import type { Notice, TaskKind } from "../data/index.js";
import type { TaskScore } from "../evaluate/measure.js";
import type { TriedRecipe } from "../model/card.js";
import type { Recipe } from "../model/recipe-schema.js";
import type { Plan } from "./plan.js";

/** A field of the recipe that was not stated and was filled in from the data. */
export interface DefaultChoice {
  /** Its path in the recipe: `train.learningRate`. */
  readonly field: string;
  readonly value: unknown;
  readonly why: string;
}

/** Sent once, when the data are read: the defaults chosen by the kinds of the data's modalities. */
export interface DefaultsEvent {
  readonly type: "defaults";
  readonly chosen: readonly DefaultChoice[];
}

/** Sent once per part, before its first step. */
export interface StartEvent {
  readonly type: "start";
  readonly part: string;
  /** Steps to do, or undefined for a budget in minutes. */
  readonly steps?: number;
  readonly minutes?: number;
  /** The step it starts from: 0, or that of the checkpoint. */
  readonly step: number;
  /** The path of that checkpoint. */
  readonly checkpoint?: string;
  readonly recipe: Recipe;
  readonly task: TaskKind;
  /** Number of classes of each split, or of groups for regression. */
  readonly classes: { readonly train: number; readonly val: number; readonly test: number };
  /** Train classes (groups) with too few examples for an episode. */
  readonly ineligible: readonly string[];
  /** Rows that no split uses. */
  readonly unusedRows: number;
  readonly parameters: number;
  /** How the episodes of a step are run. */
  readonly plan: Plan;
  /** What planning the data decided. */
  readonly notices: readonly Notice[];
}

export interface StepEvent extends TaskScore {
  readonly type: "step";
  readonly part: string;
  readonly step: number;
  readonly steps?: number;
  /** Mean loss over the step's episodes; for regression, of standardised targets. */
  readonly loss: number;
  readonly learningRate: number;
  /** Global norm of the gradient over the trainable parameters, before clipping. */
  readonly gradientNorm: number;
  /** Seconds from the step's end until the next one's episodes were drawn. */
  readonly secondsWaited: number;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
}

/**
 * A step whose loss, gradient or update is not finite: parameters, moments and running statistics stay as they were. In JSON,
 * numbers that are not finite are null.
 */
export interface FailureEvent {
  readonly type: "failure";
  readonly part: string;
  readonly step: number;
  readonly learningRate: number;
  readonly loss: number;
  readonly gradientNorm: number;
  /** What is not finite: `the loss is NaN`. */
  readonly problem: string;
  /** Whether the step is left out, or training stops. */
  readonly action: "skip" | "stop";
  /** Steps left out in a row, this one included. */
  readonly inARow: number;
  /** The file with its episodes and the state before it. */
  readonly path?: string;
}

/** The score of the current weights on the validation classes. */
export interface EvalEvent extends TaskScore {
  readonly type: "eval";
  readonly part: string;
  readonly step: number;
  readonly halfWidth: number;
  /** Whether these are the best weights so far. */
  readonly best: boolean;
}

export interface CheckpointEvent {
  readonly type: "checkpoint";
  readonly part: string;
  readonly step: number;
  readonly path: string;
}

/** A problem of the training: a loss that exploded, or a regression model worse than the support's mean. */
export interface WarningEvent {
  readonly type: "warning";
  readonly part: string;
  readonly step: number;
  readonly text: string;
}

/** Sent once per part, after its last step. */
export interface DoneEvent {
  readonly type: "done";
  readonly part: string;
  readonly steps: number;
  /** Steps that were left out because a value was not finite. */
  readonly skipped: number;
  /** The step whose weights were selected. */
  readonly selectedStep: number;
  readonly seconds: number;
  /** Whether a budget in minutes was not used up because validation stopped improving. */
  readonly stoppedEarly: boolean;
}

/** Sent once if several recipes were tried, before the parts of single modalities: which part is the model. */
export interface ChoiceEvent {
  readonly type: "choice";
  readonly part: string;
  readonly tried: readonly TriedRecipe[];
  readonly chosen: TriedRecipe["name"];
}

export type TrainEvent =
  | ChoiceEvent
  | DefaultsEvent
  | StartEvent
  | StepEvent
  | FailureEvent
  | EvalEvent
  | CheckpointEvent
  | WarningEvent
  | DoneEvent;
