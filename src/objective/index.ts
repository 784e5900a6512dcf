/** The network of a model, the objective of an episode, and what outputs mean: what all learners share. */

export { type Certainty, certainties, probabilitiesOf } from "./certainty.js";
export {
  type Batch,
  type Embedding,
  joinBatches,
  Network,
  type NetworkParams,
  type Normalisation,
} from "./network.js";
export { meanMetaGradient, metaGradient, metaLoss, squaredGradients, targetsOf } from "./objective.js";
export { type Judge, judges } from "./tasks.js";
