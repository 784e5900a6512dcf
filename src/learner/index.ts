/** The learners, a row each. */

import { anil } from "./anil.js";
import { maml } from "./maml.js";
import { prototypical } from "./prototypical.js";
import { reptile } from "./reptile.js";
import { ridge } from "./ridge.js";
import type { LearnerMethod } from "./types.js";

export type { AnilOptions } from "./anil.js";
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
  Targets,
} from "./types.js";

export const learners: Readonly<Record<string, LearnerMethod>> = { prototypical, maml, anil, reptile, ridge };
