/** W7 and W10: training with gated fusion of two modalities. */

import { omniglotImages, randomDataset, randomImage, randomVector } from "../data.js";
import { conv4, gradient, linear, mlp, sum, times } from "../flops.js";
import { startTraining } from "./start-training.js";
import type { RecipeOptions, Workload } from "./types.js";

/** Number of train classes: fewer than for images alone, since examples are larger; the time does not depend on it. */
const CLASSES = 100;
/** Size of vectors and embeddings. */
const VECTOR_SIZE = 512;

const imagesAndVectors = {
  fusion: "gated",
  encoders: { image: "conv4", vector: { name: "mlp", hidden: [256] } },
  episode: { way: 20, shot: 1, query: 5 },
  train: { metaBatch: 1 },
} as const satisfies RecipeOptions;

export const imageAndVectorTraining: Workload = {
  id: "W7",
  description:
    "images (Conv4-64) and vectors (512-256-64), gated, prototypical: 20-way 1-shot 5-query, one episode per step",
  tasks: 1,
  cost: sum(
    gradient(conv4(120)),
    gradient(mlp(120, [VECTOR_SIZE, 256, 64])),
    gradient([linear(120, 128, 1)]),
  ),
  start: (threads) =>
    startTraining({
      ...imagesAndVectors,
      threads,
      data: randomDataset(CLASSES, (uniform) => ({
        image: randomImage(uniform),
        vector: randomVector(uniform, VECTOR_SIZE),
      })),
    }),
  startAugmented: async (threads) =>
    startTraining({
      ...imagesAndVectors,
      threads,
      augment: true,
      data: await omniglotImages((uniform) => ({ vector: randomVector(uniform, VECTOR_SIZE) })),
    }),
};

/** Precomputed embeddings are projected to the model's width. */
const projection = { name: "mlp", hidden: [] } as const;

/** Training of a ridge head on precomputed embeddings of two modalities. */
const headTraining = (id: string, description: string, tasks: number): Workload => ({
  id,
  description,
  tasks,
  cost: sum(
    times(2, gradient([linear(100, VECTOR_SIZE, 64, true), linear(100, 64, 1)])),
    gradient([linear(25, 64, 25), linear(25, 64, 5), linear(75, 64, 5)]),
  ),
  start: (threads) =>
    startTraining({
      fusion: "gated",
      encoders: { first: projection, second: projection },
      learner: { name: "ridge" },
      episode: { way: 5, shot: 5, query: 15 },
      train: { metaBatch: tasks },
      threads,
      data: randomDataset(CLASSES, (uniform) => ({
        first: randomVector(uniform, VECTOR_SIZE),
        second: randomVector(uniform, VECTOR_SIZE),
      })),
    }),
});

export const headTrainings: readonly Workload[] = [
  headTraining(
    "W10",
    "ridge head on two modalities' embeddings, gated: 5-way 5-shot 15-query, one episode per step",
    1,
  ),
  headTraining("W10x32", "as W10, 32 episodes per step", 32),
];
