/**
 * metamodal: teach a model a new task from a handful of examples, each seen as any of several modalities.
 *
 * The four verbs: {@link metaTrain}, {@link evaluate}, {@link Model.adapt}, {@link Task.predict}.
 *
 * Each name comes from the file that states it, not from a folder's index, so that the types a user's compiler
 * reads reach none of the engine's.
 */

export { type ClosedAlignment, type FittedAlignment, fitAlignment, type Vectors } from "./alignment/fit.js";
export { InputError, RunError } from "./base/errors.js";
export { compare } from "./compare/compare.js";
export type {
  ComparedRow,
  CompareEvent,
  CompareOptions,
  Comparison,
  ComparisonRow,
} from "./compare/types.js";
export {
  type CurveOptions,
  type CurvePoint,
  type ForgettingCurve,
  forgettingCurve,
} from "./continual/curve.js";
export { curvePicture } from "./continual/curve-picture.js";
export {
  type Audit,
  type AuditOptions,
  auditDataset,
  type Evidence,
  type Finding,
} from "./data/audit/index.js";
export {
  contactSheet,
  createDataset,
  type Dataset,
  type Example,
  type ImportSummary,
  importMovieLens,
  importOmniglot,
  importSpeechCommands,
  type Likeness,
  type Notice,
  type OpenOptions,
  openDataset,
  type Reading,
  type Roles,
  type SheetOptions,
  type Split,
} from "./data/index.js";
export { type Inspection, inspectDataset } from "./episode/index.js";
export type { Attribution } from "./evaluate/attribution.js";
export {
  type ClosedEvaluation,
  type ClosedRow,
  type EvaluateClosedOptions,
  evaluateClosed,
} from "./evaluate/closed.js";
export { evaluate } from "./evaluate/evaluate.js";
export type { Calibration, CertaintyEvaluation, OpenSet } from "./evaluate/open-set.js";
export { episodePicture } from "./evaluate/episode-picture.js";
export type { Estimate } from "./evaluate/statistics.js";
export type { EvaluateOptions, Evaluation, EvaluationRow } from "./evaluate/types.js";
export type { ModelCard, ValidationCard } from "./model/card.js";
export type { CertaintyCard } from "./model/certainty.js";
export type { Examples } from "./model/examples.js";
export { loadModel, loadTask } from "./model/load.js";
export { type Method, methods } from "./methods.js";
export type { Model } from "./model/model.js";
export { parseRecipe, type Recipe, type RecipeInput, readRecipe } from "./model/recipe.js";
export type { ClassPrediction, Prediction, Task, ValuePrediction } from "./model/task.js";
export type { TrainEvent } from "./train/events.js";
export { type MetaTrainOptions, metaTrain, type Run } from "./train/train.js";
