/** The table of learners, one row per method. To add one, write its file and add its row. */

import type { TaskKind } from "../data/index.js";
import { baselinePlusPlus } from "./baseline/baseline-plus-plus.js";
import { knn } from "./baseline/knn.js";
import { linearProbe } from "./baseline/linear-probe.js";
import { nearestCentroid } from "./baseline/nearest-centroid.js";
import { supervised } from "./baseline/supervised.js";
import { gda } from "./closed-form/gda.js";
import { logistic } from "./closed-form/logistic.js";
import { plda } from "./closed-form/plda.js";
import { ridge } from "./closed-form/ridge.js";
import { svm } from "./closed-form/svm.js";
import { anil } from "./gradient/anil.js";
import { boil } from "./gradient/boil.js";
import { cavia } from "./gradient/cavia.js";
import { fomaml } from "./gradient/fomaml.js";
import { imaml } from "./gradient/imaml.js";
import { learnedOptimizer } from "./gradient/learned-optimizer.js";
import { maml } from "./gradient/maml.js";
import { mamlPlusPlus } from "./gradient/maml-plus-plus.js";
import { metaSgd } from "./gradient/meta-sgd.js";
import { reptile } from "./gradient/reptile.js";
import { setTransformer } from "./in-context/set-transformer.js";
import { matching } from "./metric/matching.js";
import { prototypical } from "./metric/prototypical.js";
import { relation } from "./metric/relation.js";
import type { Learner, LearnerMethod } from "./types.js";

export { withAverages } from "./averages.js";
export { type Experts, withExperts } from "./experts.js";
export {
  meanMetaGradient,
  metaGradient,
  metaLoss,
  squaredGradients,
} from "./meta-objective.js";
export type { Adapted, Head, InitContext, Learner, LearnerMethod } from "./types.js";

export const learners = {
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
} as const satisfies Record<string, LearnerMethod>;

/** The name of a row of {@link learners}. */
type LearnerName = keyof typeof learners;

const rows: Readonly<Record<string, LearnerMethod>> = learners;

/** The row `name`, with its options as an unspecified record. */
export const learnerMethodOf = (name: string): LearnerMethod => rows[name];

/** The learner of a recipe, whose options have been checked and completed. */
export const learnerOf = ({ name, ...options }: { readonly name: string }, task: TaskKind): Learner =>
  rows[name].create(options, task);

/** Names of the learners that support a kind of task. */
export const learnersOf = (task: TaskKind): LearnerName[] =>
  Object.values(learners).flatMap(({ name, tasks }) => (tasks.includes(task) ? [name] : []));
