/** The network of a model, batches and episodes, and the objective of an episode: what all learners share. */

export { type Batch, exampleMask, joinBatches, type LabelledBatch, restrictModalities } from "./batch.js";
export { type Certainty, certainties, probabilitiesOf } from "./certainty.js";
export {
  type Embedding,
  Network,
  type NetworkParams,
  type Normalisation,
  unimodalFeatures,
} from "./network.js";
export { embeddingLosses, score, scoreGradient, targetsOf } from "./score.js";
export { type Targets, type TaskObjective, taskObjectives } from "./task-objective.js";
export type {
  Context,
  EpisodeQuery,
  EpisodeScore,
  EpisodeTensors,
  LearnedParams,
  LossParams,
  ModelParams,
  ModelState,
  Readout,
} from "./types.js";
