/** Recipes, models and tasks. */

export type { ModelCard, TriedRecipe, ValidationCard } from "./card.js";
export { type CertaintyCard, isUnknown, temperatureAt } from "./certainty.js";
export { ModelDefinition } from "./definition.js";
export { type Examples, waysOf } from "./examples.js";
export { type AdaptedArrays, InferencePrograms } from "./inference.js";
export { loadModel, loadTask } from "./load.js";
export { Model } from "./model.js";
export { extremeInput, lowerRate, notFinite } from "./not-finite.js";
export { Programs, type RunOptions } from "./programs.js";
export { mostOf, parseRecipe, type Recipe, type RecipeInput, readRecipe } from "./recipe.js";
export { type ClassPrediction, type Prediction, Task, type ValuePrediction } from "./task.js";
export { flattenTree, unflattenTree, weightedSum } from "./trees.js";
export { libraryVersions } from "./versions.js";
export { checkLabelNames, type ViewOptions, viewOf, withholds } from "./view.js";
export type { ParameterArrays, Weights } from "./weights.js";
