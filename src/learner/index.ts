/** The learners, a row each. */

import { maml } from "./maml.js";
import { prototypical } from "./prototypical.js";
import type { LearnerMethod } from "./types.js";

export type { MamlOptions } from "./maml.js";
export {
  type Batch,
  type Embedding,
  joinBatches,
  Network,
  type NetworkParams,
  type Normalisation,
} from "./network.js";
export { metaLoss } from "./objective.js";
export type {
  Adapted,
  Context,
  EpisodeScore,
  EpisodeTensors,
  Head,
  LabelledBatch,
  Learner,
  LearnerMethod,
  ModelParams,
} from "./types.js";

export const learners: Readonly<Record<string, LearnerMethod>> = { prototypical, maml };
