/**
 * All workloads. Networks, episodes, inner steps and meta-batches are those of the peers, in float32. MAML is
 * `transductive`, since the peers normalise queries by the queries' own statistics.
 */

import { adaptations, embeddings } from "./adaptation.js";
import { commands } from "./commands.js";
import { builtinEmbeddings } from "./embedding.js";
import { imageTrainings } from "./image-training.js";
import { headTrainings, imageAndVectorTraining } from "./multimodal-training.js";
import { sineTrainings } from "./sine-training.js";
import { teachings } from "./teaching.js";
import type { Workload } from "./types.js";

export type { Workload } from "./types.js";

export const workloads: readonly Workload[] = [
  ...imageTrainings,
  ...sineTrainings,
  imageAndVectorTraining,
  ...adaptations,
  ...teachings,
  ...embeddings,
  ...headTrainings,
  ...commands,
  ...builtinEmbeddings,
];
