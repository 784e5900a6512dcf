/** The learners, a row each. */

import type { TaskKind } from "../data/index.js";
import { anil } from "./anil.js";
import { baselinePlusPlus } from "./baseline-plus-plus.js";
import { gda } from "./gda.js";
import { knn } from "./knn.js";
import { maml } from "./maml.js";
import { matching } from "./matching.js";
import { prototypical } from "./prototypical.js";
import { relation } from "./relation.js";
import { reptile } from "./reptile.js";
import { ridge } from "./ridge.js";
import type { LearnerMethod } from "./types.js";

export type { AnilOptions } from "./anil.js";
export type { BaselinePlusPlusOptions } from "./baseline-plus-plus.js";
export type { KnnOptions } from "./knn.js";
export type { MamlOptions } from "./maml.js";
export {
  type Batch,
  type Embedding,
  joinBatches,
  Network,
  type NetworkParams,
  type Normalisation,
} from "./network.js";
export { metaGradient, metaLoss } from "./objective.js";
export type { ReptileOptions } from "./reptile.js";
export { type Judge, judges } from "./tasks.js";
export type {
  Adapted,
  Answer,
  Context,
  EpisodeScore,
  EpisodeTensors,
  Head,
  LabelledBatch,
  LearnedParams,
  Learner,
  LearnerMethod,
  ModelParams,
  Targets,
  TermParams,
} from "./types.js";

/** By name. */
export const learners: Readonly<Record<string, LearnerMethod>> = {
  prototypical,
  maml,
  anil,
  reptile,
  ridge,
  matching,
  relation,
  gda,
  "baseline++": baselinePlusPlus,
  knn,
};

/** The learner of a recipe that names none. */
export const defaultLearner: Readonly<Record<TaskKind, string>> = {
  classification: "prototypical",
  regression: "ridge",
};

/** The names of the learners that can learn a kind of task. */
export const learnersOf = (task: TaskKind): string[] =>
  Object.values(learners).flatMap(({ name, tasks }) => (tasks.includes(task) ? [name] : []));
