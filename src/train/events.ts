/**
 * What training reports while it runs. `part` is the model in training: all modalities, or one alone. Scores are
 * `accuracy`, or `mse` (mean squared error) where labels are numbers.
 */

import type { Notice, TaskKind } from "../data/index.js";
import type { Measured } from "../evaluate/measure.js";

import type { Plan } from "./plan.js";

/** One field of the recipe that nobody stated and that the data decided. */
export interface DefaultChoice {
  /** Its path in the recipe: `train.learningRate`. */
  readonly field: string;
  readonly value: unknown;
  readonly why: string;
}

/** Sent once the data are read: what the recipe left open, and what was chosen by the kinds of the data's modalities. */
export interface DefaultsEvent {
  readonly type: "defaults";
  readonly chosen: readonly DefaultChoice[];
}

/** Sent once a part, before its first step. */
export interface StartEvent {
  readonly type: "start";
  readonly part: string;
  /** Steps to do, or undefined for a budget in minutes. */
  readonly steps?: number;
  readonly minutes?: number;
  /** The step it starts from: 0, or that of the checkpoint. */
  readonly step: number;
  readonly task: TaskKind;
  /** How many classes each split has, or groups where labels are numbers. */
  readonly classes: { readonly train: number; readonly val: number; readonly test: number };
  /** Train classes (groups) with too few examples for an episode. */
  readonly ineligible: readonly string[];
  /** Rows that no split uses. */
  readonly unusedRows: number;
  readonly parameters: number;
  /** How the episodes of a step are run. */
  readonly plan: Plan;
  /** What was decided by the examples' size. */
  readonly notices: readonly Notice[];
}

export interface StepEvent extends Measured {
  readonly type: "step";
  readonly part: string;
  readonly step: number;
  readonly steps?: number;
  /** Loss and score are means over the step's episodes. The loss is of standardised labels, if they are numbers. */
  readonly loss: number;
  /** Seconds from the step's end until the next one's episodes were drawn. */
  readonly secondsWaited: number;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
}

/** Episodes of validation classes. */
export interface EvalEvent extends Measured {
  readonly type: "eval";
  readonly part: string;
  readonly step: number;
  readonly halfWidth: number;
  /** True where these are the best weights so far. */
  readonly best: boolean;
}

export interface CheckpointEvent {
  readonly type: "checkpoint";
  readonly part: string;
  readonly step: number;
  readonly path: string;
}

/** Something about the training to tell the user: a loss that exploded, a model worse than the support's mean. */
export interface WarningEvent {
  readonly type: "warning";
  readonly part: string;
  readonly step: number;
  readonly text: string;
}

/** A part is trained. */
export interface DoneEvent {
  readonly type: "done";
  readonly part: string;
  readonly steps: number;
  /** The step whose weights were kept. */
  readonly selectedStep: number;
  readonly seconds: number;
  /** True if a budget in minutes was not used up because validation stopped improving. */
  readonly stoppedEarly: boolean;
}

export type TrainEvent =
  | DefaultsEvent
  | StartEvent
  | StepEvent
  | EvalEvent
  | CheckpointEvent
  | WarningEvent
  | DoneEvent;
