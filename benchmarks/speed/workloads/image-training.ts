/** W1 to W5: meta-training of Conv4-64 on images of 28×28×1, one learner each. */

import { omniglotImages, randomDataset, randomImage } from "../data.js";
import { type Cost, conv4, conv4WithHead, gradient, secondOrder, sum, times } from "../flops.js";
import { startTraining } from "./start-training.js";
import type { RecipeOptions, Workload } from "./types.js";

/** Tasks per step (Finn, Abbeel and Levine, 2017). */
const META_BATCH = 32;
const CLASSES = 1200;

function imageTraining(
  id: string,
  description: string,
  cost: Cost,
  recipe: RecipeOptions,
  tasks = META_BATCH,
): Workload {
  const options = { fusion: "fixed", ...recipe, train: { ...recipe.train, metaBatch: tasks } } as const;
  return {
    id,
    description,
    tasks,
    cost,
    scales: tasks > 1,
    start: (threads) =>
      startTraining({
        ...options,
        threads,
        data: randomDataset(CLASSES, (uniform) => ({ image: randomImage(uniform) })),
      }),
    startAugmented: async (threads) =>
      startTraining({ ...options, threads, augment: true, data: await omniglotImages() }),
  };
}

const fiveWay = { way: 5, shot: 1, query: 15, mode: "transductive" } as const;
const innerLearningRate = 0.4;

const maml = imageTraining(
  "W1",
  "MAML, second order: Conv4-64, 5-way 1-shot, 15 queries per class, 5 steps",
  sum(times(5, secondOrder(conv4WithHead(5))), gradient(conv4WithHead(75))),
  { episode: fiveWay, learner: { name: "maml", innerSteps: 5, innerLearningRate } },
);

const fomaml = imageTraining(
  "W2",
  "MAML, first order: as W1",
  sum(times(5, gradient(conv4WithHead(5))), gradient(conv4WithHead(75))),
  { episode: fiveWay, learner: { name: "fomaml", innerSteps: 5, innerLearningRate } },
);

const anil = imageTraining(
  "W3",
  "ANIL: features of a task's 80 images once, 5 steps of the head",
  gradient(conv4(80)),
  { episode: { way: 5, shot: 1, query: 15 }, learner: { name: "anil", innerSteps: 5, innerLearningRate } },
);

/** Reptile trains on 50 images per task: support and query together. */
const reptile = (
  id: string,
  description: string,
  learner: { optimizer: "adam" | "sgd"; innerLearningRate: number },
) =>
  imageTraining(id, description, times(5, gradient(conv4WithHead(10))), {
    episode: { way: 5, shot: 9, query: 1 },
    learner: { name: "reptile", innerSteps: 5, innerBatchSize: 10, ...learner },
    train: { optimizer: "sgd", learningRate: 1 },
  });

const prototypical = (
  id: string,
  description: string,
  images: number,
  episode: { way: number; shot: number; query: number },
) => imageTraining(id, `prototypical networks: ${description}`, gradient(conv4(images)), { episode }, 1);

export const imageTrainings: readonly Workload[] = [
  maml,
  fomaml,
  anil,
  reptile("W4", "Reptile: 5 steps of Adam (β₁ = 0) on 10 of a task's 50 images", {
    optimizer: "adam",
    innerLearningRate: 0.001,
  }),
  reptile("W4sgd", "Reptile: as W4, plain gradient steps", { optimizer: "sgd", innerLearningRate: 0.01 }),
  prototypical("W5a", "Conv4-64, 60-way 5-shot 5-query, one episode per step", 600, {
    way: 60,
    shot: 5,
    query: 5,
  }),
  prototypical("W5b", "Conv4-64, 5-way 1-shot 15-query, one episode per step", 80, {
    way: 5,
    shot: 1,
    query: 15,
  }),
];
