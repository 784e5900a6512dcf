/**
 * metamodal: teach a model a new task from a handful of examples, each seen as any of several modalities.
 *
 * The four verbs: {@link metaTrain}, {@link evaluate}, {@link Model.adapt}, {@link Task.predict}.
 */

export { alignments } from "./alignment/index.js";
export { InputError, RunError } from "./base/errors.js";
export {
  createDataset,
  type Dataset,
  type Example,
  importOmniglot,
  openDataset,
  type Split,
} from "./data/index.js";
export { encoders } from "./encoder/index.js";
export {
  type EvaluateOptions,
  type Evaluation,
  type EvaluationRow,
  episodePicture,
  evaluate,
} from "./evaluate/index.js";
export { fusions } from "./fusion/index.js";
export { learners } from "./learner/index.js";
export {
  type Examples,
  loadModel,
  loadTask,
  type Model,
  type ModelCard,
  type Prediction,
  parseRecipe,
  type Recipe,
  type RecipeInput,
  readRecipe,
  type Task,
} from "./model/index.js";
export { relations } from "./relation/index.js";
export { type MetaTrainOptions, metaTrain, type Run, type TrainEvent } from "./train/index.js";
