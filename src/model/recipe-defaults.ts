/** Defaults of a recipe that depend on its other fields. */

import { defaultLearners, trainingDefaults } from "../base/defaults.js";
import type { TaskKind } from "../data/index.js";
import { learnerMethodOf } from "../learner/index.js";
import type { AuxiliaryName, FusionName, LearnerName } from "./recipe-choices.js";
import type { CheckedRecipe, Way } from "./recipe-schema.js";

/** The way of a recipe that states none: in regression an episode is one group. */
export const defaultWay = (task: TaskKind): Way => (task === "regression" ? 1 : trainingDefaults.way);

/**
 * The fusion of a recipe that names none. In classification each modality predicts by itself, so that support and query
 * are compared by the modalities they share. It is gated if modalities must share one space (support and query have
 * different modalities, label texts are support examples, or an alignment is chosen), and in regression, where the
 * contributions of modalities may add up.
 */
export function defaultFusion({ task, alignment, episode }: CheckedRecipe): FusionName {
  const { supportModalities: support, queryModalities: query, labelShots = 0 } = episode;
  const isCrossModal = [support].flat().sort().join() !== [query].flat().sort().join();
  const sharesSpace = isCrossModal || labelShots > 0 || alignment.name !== "none";
  return task === "regression" || sharesSpace ? "gated" : "product-of-experts";
}

/** The auxiliary objective of a recipe that names none: experts of classes are each trained by their own loss too. */
export const defaultAuxiliary = (fusion: FusionName, task: TaskKind): AuxiliaryName =>
  fusion === "product-of-experts" && task === "classification" ? "unimodal" : "none";

/**
 * The learner of a recipe with its options as stated. In regression, options that are not stated take the learner's
 * defaults for regression, unless the inner learning rate is stated: the number of steps belongs to it.
 */
export function learnerWithDefaults({ learner, task, closed, width }: CheckedRecipe): { name: LearnerName } {
  const stated = learner ?? { name: defaultLearners[closed ? "closed" : task] };
  if (task !== "regression" || "innerLearningRate" in stated) return stated;
  return { ...learnerMethodOf(stated.name).regressionDefaults?.(width), ...stated };
}
