/** The learners, a row each. */

import type { TaskKind } from "../data/index.js";
import { anil } from "./anil.js";
import { baselinePlusPlus } from "./baseline-plus-plus.js";
import { boil } from "./boil.js";
import { cavia } from "./cavia.js";
import { fomaml } from "./fomaml.js";
import { gda } from "./gda.js";
import { imaml } from "./imaml.js";
import { knn } from "./knn.js";
import { learnedOptimizer } from "./learned-optimizer.js";
import { linearProbe } from "./linear-probe.js";
import { logistic } from "./logistic.js";
import { maml } from "./maml.js";
import { mamlPlusPlus } from "./maml-plus-plus.js";
import { matching } from "./matching.js";
import { metaSgd } from "./meta-sgd.js";
import { nearestCentroid } from "./nearest-centroid.js";
import { plda } from "./plda.js";
import { prototypical } from "./prototypical.js";
import { relation } from "./relation.js";
import { reptile } from "./reptile.js";
import { ridge } from "./ridge.js";
import { setTransformer } from "./set-transformer.js";
import { supervised } from "./supervised.js";
import { svm } from "./svm.js";
import type { Learner, LearnerMethod } from "./types.js";

export type { AnilOptions } from "./anil.js";
export type { BaselinePlusPlusOptions } from "./baseline-plus-plus.js";
export type { BoilOptions } from "./boil.js";
export type { CaviaOptions } from "./cavia.js";
export { type Certainty, certainties, probabilitiesOf } from "./certainty.js";
export { type Experts, withExperts } from "./experts.js";
export type { ImamlOptions } from "./imaml.js";
export type { KnnOptions } from "./knn.js";
export type { LearnedOptimizerOptions } from "./learned-optimizer.js";
export type { LinearProbeOptions } from "./linear-probe.js";
export type { LogisticOptions } from "./logistic.js";
export type { MamlOptions } from "./maml.js";
export type { MamlPlusPlusOptions } from "./maml-plus-plus.js";
export { withMeasures } from "./measures.js";
export type { MetaSgdOptions } from "./meta-sgd.js";
export {
  type Batch,
  type Embedding,
  joinBatches,
  Network,
  type NetworkParams,
  type Normalisation,
} from "./network.js";
export { meanMetaGradient, metaGradient, metaLoss, squaredGradients, targetsOf } from "./objective.js";
export type { ReptileOptions } from "./reptile.js";
export type { SetTransformerOptions } from "./set-transformer.js";
export type { SupervisedOptions } from "./supervised.js";
export type { SvmOptions } from "./svm.js";
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
  Surroundings,
  Targets,
  TermParams,
} from "./types.js";

/** By name. */
export const learners: Readonly<Record<string, LearnerMethod>> = {
  prototypical,
  maml,
  fomaml,
  reptile,
  anil,
  boil,
  "meta-sgd": metaSgd,
  "maml++": mamlPlusPlus,
  cavia,
  imaml,
  "learned-optimizer": learnedOptimizer,
  ridge,
  matching,
  relation,
  gda,
  plda,
  logistic,
  svm,
  "set-transformer": setTransformer,
  "nearest-centroid": nearestCentroid,
  "baseline++": baselinePlusPlus,
  knn,
  "linear-probe": linearProbe,
  supervised,
};

/** The learner that a recipe chose, its options checked before. */
export const learnerOf = ({ name, ...options }: { readonly name: string }, task: TaskKind): Learner =>
  learners[name].create(options as never, task);

/** The learner of a recipe that names none. */
export const defaultLearner: Readonly<Record<TaskKind, string>> = {
  classification: "prototypical",
  regression: "ridge",
};

/** The names of the learners that can learn a kind of task. */
export const learnersOf = (task: TaskKind): string[] =>
  Object.values(learners).flatMap(({ name, tasks }) => (tasks.includes(task) ? [name] : []));
