/**
 * The workloads, a row each, as the peers define them: the same networks, episodes, inner steps and meta-batches,
 * in float32. MAML rows are `transductive`, since the peers normalise queries by the queries' own statistics.
 */

import type { MetaTrainOptions } from "../../../src/index.js";
import { dataset, image, pictures, vector, waves } from "../data.js";
import { type Cost, conv4, forward, gradient, linear, mlp, secondOrder, sum, times } from "../flops.js";
import type { Unit } from "../timing.js";
import { adaptUnit, embedUnit } from "./adaptation-unit.js";
import { helpUnit, predictUnit, stepUnit } from "./command-unit.js";
import { trainingUnit } from "./training-unit.js";

export interface Workload {
  readonly id: string;
  /** One line for people. */
  readonly about: string;
  /** Tasks (W9: examples; W11: commands) that a unit does. */
  readonly tasks: number;
  /** What one of them costs; absent where it is no arithmetic. */
  readonly cost?: Cost;
  /** Generate the data and start; what the unit's first calls compile is warmed up by the clock. */
  start(threads: number): Unit | Promise<Unit>;
  /** The same on real images that are decoded and augmented; sine waves are only augmented. */
  readonly startOnPictures?: (threads: number) => Unit | Promise<Unit>;
  /** Whether its episodes are divided among threads, so that it is measured on one thread too. */
  readonly scales?: boolean;
}

/** Tasks a step: Finn, Abbeel, Levine 2017. */
const META_BATCH = 32;
const CLASSES = 1200;
/** As many as make no difference, where an example is large. */
const FEWER_CLASSES = 100;
const WAVES = 500;

type Recipe = Omit<MetaTrainOptions, "data">;

/** Meta-training of Conv4-64 on 28×28×1 images. */
function onImages(id: string, about: string, cost: Cost, recipe: Recipe, tasks = META_BATCH): Workload {
  const all = { fusion: "fixed", ...recipe, train: { ...recipe.train, metaBatch: tasks } } as const;
  return {
    id,
    about,
    tasks,
    cost,
    scales: tasks > 1,
    start: (threads) =>
      trainingUnit({ ...all, threads, data: dataset(CLASSES, (draw) => ({ image: image(draw) })) }),
    startOnPictures: async (threads) =>
      trainingUnit({ ...all, threads, augment: true, data: await pictures() }),
  };
}

const fiveWay = { way: 5, shot: 1, query: 15, mode: "transductive" } as const;
const head = (examples: number) => linear(examples, 64, 5);
const network = (examples: number) => [...conv4(examples), head(examples)];
const innerRate = 0.4;

const w1 = onImages(
  "W1",
  "MAML, second order: Conv4-64, 5-way 1-shot, 15 queries a class, 5 steps",
  sum(times(5, secondOrder(network(5))), gradient(network(75))),
  { episode: fiveWay, learner: { name: "maml", innerSteps: 5, innerRate } },
);

const w2 = onImages(
  "W2",
  "MAML, first order: as W1",
  sum(times(5, gradient(network(5))), gradient(network(75))),
  { episode: fiveWay, learner: { name: "fomaml", innerSteps: 5, innerRate } },
);

const w3 = onImages(
  "W3",
  "ANIL: features of a task's 80 images once, 5 steps of the head",
  gradient(conv4(80)),
  { episode: { way: 5, shot: 1, query: 15 }, learner: { name: "anil", innerSteps: 5, innerRate } },
);

/** Support and query together are Reptile's 50 images. */
const reptile = (id: string, about: string, learner: { optimizer: "adam" | "sgd"; innerRate: number }) =>
  onImages(id, about, times(5, gradient(network(10))), {
    episode: { way: 5, shot: 9, query: 1 },
    learner: { name: "reptile", innerSteps: 5, innerBatch: 10, ...learner },
    train: { optimizer: "sgd", learningRate: 1 },
  });

const w4 = reptile("W4", "Reptile: 5 steps of Adam (β₁ = 0) on 10 of a task's 50 images", {
  optimizer: "adam",
  innerRate: 0.001,
});

const w4sgd = reptile("W4sgd", "Reptile: as W4, plain gradient steps", { optimizer: "sgd", innerRate: 0.01 });

const w5a = onImages(
  "W5a",
  "prototypical networks: Conv4-64, 60-way 5-shot 5-query, an episode a step",
  gradient(conv4(600)),
  { episode: { way: 60, shot: 5, query: 5 } },
  1,
);

const w5b = onImages(
  "W5b",
  "prototypical networks: Conv4-64, 5-way 1-shot 15-query, an episode a step",
  gradient(conv4(80)),
  { episode: { way: 5, shot: 1, query: 15 } },
  1,
);

/** MAML on sine waves (Finn, Abbeel, Levine, 2017): 10 points to adapt to, 10 to ask, 25 waves a step. */
function sine(steps: number): Workload {
  const tasks = 25;
  const points = mlp(10, [1, 40, 40, 1]);
  const start = (threads: number, augment: boolean) =>
    trainingUnit({
      task: "regression",
      fusion: "fixed",
      width: 40,
      encoders: { x: { name: "mlp", hidden: [40], rectify: true } },
      episode: { shot: 10, query: 10 },
      learner: { name: "maml", innerSteps: steps, innerRate: 0.01 },
      train: { metaBatch: tasks },
      augment,
      threads,
      data: waves(WAVES),
    });
  return {
    id: `W6s${steps}`,
    about: `MAML, second order: sine waves, 1-40-40-1, 10 points, ${steps} ${steps === 1 ? "step" : "steps"}`,
    tasks,
    cost: sum(times(steps, secondOrder(points)), gradient(points)),
    start: (threads) => start(threads, false),
    startOnPictures: (threads) => start(threads, true),
  };
}

const VECTOR = 512;

const w7Recipe = {
  fusion: "gated",
  encoders: { image: "conv4", vector: { name: "mlp", hidden: [256] } },
  episode: { way: 20, shot: 1, query: 5 },
  train: { metaBatch: 1 },
} as const satisfies Recipe;

const w7: Workload = {
  id: "W7",
  about:
    "images (Conv4-64) and vectors (512-256-64), gated, prototypical: 20-way 1-shot 5-query, an episode a step",
  tasks: 1,
  cost: sum(gradient(conv4(120)), gradient(mlp(120, [VECTOR, 256, 64])), gradient([linear(120, 128, 1)])),
  start: (threads) =>
    trainingUnit({
      ...w7Recipe,
      threads,
      data: dataset(FEWER_CLASSES, (draw) => ({ image: image(draw), vector: vector(draw, VECTOR) })),
    }),
  startOnPictures: async (threads) =>
    trainingUnit({
      ...w7Recipe,
      threads,
      augment: true,
      data: await pictures((draw) => ({ vector: vector(draw, VECTOR) })),
    }),
};

/** Adapting to 25 examples of 5 classes and predicting 75. */
const adapting = (
  id: string,
  about: string,
  cost: Cost,
  recipe: Recipe,
  value: Parameters<typeof adaptUnit>[1] = (draw) => ({ image: image(draw) }),
): Workload => ({
  id,
  about,
  tasks: 1,
  cost,
  start: (threads) => adaptUnit({ ...recipe, fusion: "fixed", threads }, value),
});

/** Embeddings made elsewhere are projected to the model's width. */
const projection = { name: "mlp", hidden: [] } as const;

const mamlSteps = (steps: number) =>
  adapting(
    `W8m${steps}`,
    `adapt to a new task and predict 75: MAML, ${steps} steps on 25 images`,
    sum(times(steps, gradient(network(25))), forward(network(75))),
    {
      episode: { way: 5, mode: "transductive" },
      learner: { name: "fomaml", innerSteps: steps, innerRate: 0.01 },
    },
  );

const w8p = adapting(
  "W8p",
  "adapt to a new task and predict 75: prototypical networks, 25 images",
  forward(conv4(100)),
  { episode: { way: 5 } },
);

const w8r = adapting(
  "W8r",
  "adapt to a new task and predict 75: ridge regression on 25 embeddings of 512, projected to 64",
  sum(forward([linear(100, VECTOR, 64)]), forward([linear(25, 64, 25), linear(75, 64, 5)])),
  { episode: { way: 5 }, learner: { name: "ridge" }, encoders: { vector: projection } },
  (draw) => ({ vector: vector(draw, VECTOR) }),
);

/** Training a head on two modalities' embeddings, made elsewhere. */
const headTraining = (id: string, about: string, tasks: number): Workload => ({
  id,
  about,
  tasks,
  cost: sum(
    times(2, gradient([linear(100, VECTOR, 64, true), linear(100, 64, 1)])),
    gradient([linear(25, 64, 25), linear(25, 64, 5), linear(75, 64, 5)]),
  ),
  start: (threads) =>
    trainingUnit({
      fusion: "gated",
      encoders: { first: projection, second: projection },
      learner: { name: "ridge" },
      episode: { way: 5, shot: 5, query: 15 },
      train: { metaBatch: tasks },
      threads,
      data: dataset(FEWER_CLASSES, (draw) => ({ first: vector(draw, VECTOR), second: vector(draw, VECTOR) })),
    }),
});

const embedding = (count: number): Workload => ({
  id: `W9b${count}`,
  about: `Conv4-64 embeddings, ${count} a call`,
  tasks: count,
  cost: times(1 / count, forward(conv4(count))),
  start: (threads) => embedUnit(count, threads),
});

const command = (id: string, about: string, start: Workload["start"]): Workload => ({
  id,
  about,
  tasks: 1,
  start,
});

export const workloads: readonly Workload[] = [
  w1,
  w2,
  w3,
  w4,
  w4sgd,
  w5a,
  w5b,
  sine(1),
  sine(5),
  w7,
  mamlSteps(5),
  mamlSteps(10),
  w8p,
  w8r,
  embedding(1),
  embedding(64),
  headTraining(
    "W10",
    "ridge head on two modalities' embeddings, gated: 5-way 5-shot 15-query, an episode a step",
    1,
  ),
  headTraining("W10x32", "as W10, 32 episodes a step", 32),
  command("W11help", "`metamodal --help`, a process", helpUnit),
  command("W11predict", "`metamodal predict`, a process: load, and predict one image", predictUnit),
  command("W11step", "`metamodal train` to its first step, a process: Conv4-64, 5-way", stepUnit),
];
