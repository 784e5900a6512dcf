/** W8 and W9: adaptation of a trained model to 25 examples of 5 classes with prediction of 75, and embedding. */

import { type GenerateValues, randomImage, randomVector } from "../data.js";
import { type Cost, conv4, conv4WithHead, forward, gradient, linear, sum, times } from "../flops.js";
import { startAdaptation, startEmbedding } from "./start-adaptation.js";
import type { RecipeOptions, Workload } from "./types.js";

/** Size of precomputed embeddings. */
const VECTOR_SIZE = 512;

const adaptation = (
  id: string,
  description: string,
  cost: Cost,
  recipe: RecipeOptions,
  generate: GenerateValues = (uniform) => ({ image: randomImage(uniform) }),
): Workload => ({
  id,
  description: `adapt to a new task and predict 75: ${description}`,
  tasks: 1,
  cost,
  start: (threads) => startAdaptation({ ...recipe, fusion: "fixed", threads }, generate),
});

const mamlAdaptation = (steps: number) =>
  adaptation(
    `W8m${steps}`,
    `MAML, ${steps} steps on 25 images`,
    sum(times(steps, gradient(conv4WithHead(25))), forward(conv4WithHead(75))),
    {
      episode: { way: 5, mode: "transductive" },
      learner: { name: "fomaml", innerSteps: steps, innerLearningRate: 0.01 },
    },
  );

const prototypicalAdaptation = adaptation("W8p", "prototypical networks, 25 images", forward(conv4(100)), {
  episode: { way: 5 },
});

const ridgeAdaptation = adaptation(
  "W8r",
  "ridge regression on 25 embeddings of 512, projected to 64",
  sum(forward([linear(100, VECTOR_SIZE, 64)]), forward([linear(25, 64, 25), linear(75, 64, 5)])),
  {
    episode: { way: 5 },
    learner: { name: "ridge" },
    encoders: { vector: { name: "mlp", hidden: [] } },
  },
  (uniform) => ({ vector: randomVector(uniform, VECTOR_SIZE) }),
);

const embedding = (count: number): Workload => ({
  id: `W9b${count}`,
  description: `Conv4-64 embeddings, ${count} per call`,
  tasks: count,
  cost: times(1 / count, forward(conv4(count))),
  start: (threads) => startEmbedding(count, threads),
});

export const adaptations: readonly Workload[] = [
  mamlAdaptation(5),
  mamlAdaptation(10),
  prototypicalAdaptation,
  ridgeAdaptation,
];
export const embeddings: readonly Workload[] = [embedding(1), embedding(64)];
