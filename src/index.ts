/**
 * metamodal: teach a model a new task from a handful of examples, each seen as any of several modalities.
 *
 * Without training: {@link teach}, {@link TaughtTask.predict}. The four verbs: {@link metaTrain}, {@link evaluate}, {@link Model.adapt}, {@link Task.predict}.
 *
 * Each name comes from the file that states it, not from a folder's index, so that the declarations a user's compiler
 * reads reach none of the engine's.
 */

// Data: open, create, inspect and audit data sets.

export {
  type Audit,
  type AuditOptions,
  auditDataset,
  type Evidence,
  type Finding,
  type Severity,
} from "./data/audit/index.js";
export type { DeclaredModality, ModalityDeclarations } from "./data/card.js";
export type {
  ColumnNames,
  LabelCandidate,
  Likeness,
  Reading,
  Roles,
  Unlabelled,
} from "./data/columns/types.js";
export {
  contactSheet,
  createDataset,
  type Dataset,
  type Example,
  type Notice,
  type OpenOptions,
  openDataset,
  type Row,
  type SheetOptions,
  type Split,
  type TaskKind,
} from "./data/index.js";
export {
  type Inspection,
  inspectDataset,
  type ModalityCounts,
  type RangeSummary,
} from "./episode/inspect.js";
export type { ModalityKind, ModalitySpec } from "./modality/modality.js";
export type { PretrainedOptions } from "./modality/pretrained/index.js";

// Public data sets: download and convert them.

export type { OmniglotSummary } from "./data/import/omniglot/import.js";
export { type ImportSummary, importMovieLens, importOmniglot, importSpeechCommands } from "./data/index.js";

// Recipes: what to train and how.

export { type Method, methods } from "./methods.js";
export { parseRecipe, readRecipe } from "./model/recipe.js";
export type {
  AlignmentChoice,
  AlignmentName,
  AuxiliaryChoice,
  AuxiliaryName,
  ChosenAlignment,
  ChosenAuxiliary,
  ChosenEncoder,
  ChosenLearner,
  EncoderChoice,
  EncoderChoices,
  EncoderName,
  FusionName,
  LearnerChoice,
  LearnerName,
} from "./model/recipe-choices.js";
export type { Recipe, RecipeInput, Way } from "./model/recipe-schema.js";

// Training: meta-train a model and follow its events.

export type { Device, EngineOptions, Runtime } from "./engine/run/options.js";
export type {
  CheckpointEvent,
  ChoiceEvent,
  DefaultChoice,
  DefaultsEvent,
  DoneEvent,
  EvalEvent,
  FailureEvent,
  StartEvent,
  StepEvent,
  TrainEvent,
  WarningEvent,
} from "./train/events.js";
export type { Plan } from "./train/plan.js";
export type { RunOf } from "./train/run.js";
export { type MetaTrainOptions, metaTrain, type Run } from "./train/train.js";

// Models and tasks: load, save, adapt, embed and predict.

export type { HeldRows } from "./episode/closed.js";
export type { TargetScale, TargetUnit } from "./episode/targets.js";
export type { ModelCard, TriedRecipe, ValidationCard } from "./model/card.js";
export type { CertaintyCard } from "./model/certainty.js";
export type { Examples } from "./model/examples.js";
export { loadTask } from "./model/load.js";
export type { AdaptOptions, Model } from "./model/model.js";
export type {
  AnyPrediction,
  ClassPrediction,
  Prediction,
  Task,
  TaskModel,
  ValuePrediction,
} from "./model/task.js";
export type { ViewOptions } from "./model/view.js";

// Teaching: a task from a handful of examples, without training.

export { BaseModel, loadModel } from "./teach/base-model.js";
export type { EmbedOptions } from "./teach/embed.js";
export type { EvaluateBaseOptions } from "./teach/evaluate.js";
export { evaluateTask, type TaskEvaluation } from "./teach/evaluate-task.js";
export type { FitOptions } from "./teach/fit-task.js";
export type { NearExample } from "./teach/nearest.js";
export { reportPicture } from "./teach/picture.js";
export type { TaughtClassPrediction, TaughtPrediction } from "./teach/prediction.js";
export type { PretrainedChoice } from "./teach/pretrained.js";
export type { Confusion, Share, TaskReport } from "./teach/report.js";
export {
  type Added,
  loadTaughtTask,
  type TaughtExample,
  type TaughtExamples,
  TaughtTask,
} from "./teach/task.js";
export { type TeachOptions, teach } from "./teach/teach.js";

// Export: models and tasks as ONNX files for other runtimes.

export { exportOnnx } from "./export/export-onnx.js";
export type { Capacity, ExportedFile, ExportOptions, ExportSummary } from "./export/types.js";

// Evaluation: score a model on episodes of unseen classes, or on held-out rows of its own.

export type { Attribution } from "./evaluate/attribution.js";
export {
  type ClosedEvaluation,
  type ClosedRow,
  type EvaluateClosedOptions,
  evaluateClosed,
} from "./evaluate/closed.js";
export { episodePicture } from "./evaluate/episode-picture.js";
export { evaluate } from "./evaluate/evaluate.js";
export type { TaskScore } from "./evaluate/measure.js";
export type { Calibration, CertaintyEvaluation, OpenSet } from "./evaluate/open-set.js";
export type { Estimate } from "./evaluate/statistics.js";
export type {
  EvaluateOptions,
  Evaluation,
  EvaluationProgress,
  EvaluationProtocol,
  EvaluationRow,
  RowKind,
} from "./evaluate/types.js";
export type { Certainty } from "./objective/certainty.js";

// Comparison: learners and fusions on the same episodes.

export { compare } from "./compare/compare.js";
export type {
  ChanceRow,
  Combination,
  ComparedRow,
  CompareEvent,
  CompareOptions,
  Comparison,
  ComparisonRow,
  MissingRow,
  PlanEvent,
  ProgressEvent,
  RowEvent,
  TrialResult,
} from "./compare/types.js";

// Continual learning: learn new classes while old ones are retained.

export {
  type CurvePoint,
  type ForgettingCurve,
  forgettingCurve,
} from "./continual/curve.js";
export type { CurveOptions, CurveScore } from "./continual/curve-options.js";
export { curvePicture } from "./continual/curve-picture.js";

// Alignment: fit closed-form alignments to vectors.

export { type ClosedAlignment, type FittedAlignment, fitAlignment, type Vectors } from "./alignment/fit.js";

// Errors: wrong input, and runs that fail.

export { InputError, type InputErrorParts, RunError } from "./base/errors.js";
