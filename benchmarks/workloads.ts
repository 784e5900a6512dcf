/**
 * The workloads, a row each, as the peers define them: the same networks, episodes, inner steps and meta-batches,
 * in float32. MAML rows are `transductive`, since the peers normalise queries by the queries' own statistics.
 */

import type { MetaTrainOptions } from "metamodal";
import { adaptUnit, embedUnit } from "./adapting.js";
import type { Unit } from "./clock.js";
import { helpUnit, predictUnit, stepUnit } from "./commands.js";
import { type Cost, conv4, forward, gradient, linear, secondOrder, sum, times } from "./flops.js";
import { dataset, image } from "./images.js";
import { trainingUnit } from "./training.js";

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
}

/** Tasks a step: Finn, Abbeel, Levine 2017. */
const META_BATCH = 32;
const CLASSES = 1200;

type Recipe = Omit<MetaTrainOptions, "data">;

/** Meta-training of Conv4-64 on 28×28×1 images. */
const onImages = (id: string, about: string, cost: Cost, recipe: Recipe, tasks = META_BATCH): Workload => ({
  id,
  about,
  tasks,
  cost,
  start: (threads) =>
    trainingUnit({
      fusion: "fixed",
      ...recipe,
      train: { metaBatch: tasks },
      threads,
      data: dataset(CLASSES, (draw) => ({ image: image(draw) })),
    }),
});

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
  { episode: fiveWay, learner: { name: "maml", innerSteps: 5, innerRate, firstOrder: true } },
);

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

/** Adapting to 25 examples of 5 classes and predicting 75. */
const adapting = (id: string, about: string, cost: Cost, recipe: Recipe): Workload => ({
  id,
  about,
  tasks: 1,
  cost,
  start: (threads) => adaptUnit({ ...recipe, fusion: "fixed", threads }, (draw) => ({ image: image(draw) })),
});

const mamlSteps = (steps: number) =>
  adapting(
    `W8m${steps}`,
    `adapt to a new task and predict 75: MAML, ${steps} steps on 25 images`,
    sum(times(steps, gradient(network(25))), forward(network(75))),
    {
      episode: { way: 5, mode: "transductive" },
      learner: { name: "maml", innerSteps: steps, innerRate: 0.01, firstOrder: true },
    },
  );

const w8p = adapting(
  "W8p",
  "adapt to a new task and predict 75: prototypical networks, 25 images",
  forward(conv4(100)),
  { episode: { way: 5 } },
);

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
  w5a,
  w5b,
  mamlSteps(5),
  mamlSteps(10),
  w8p,
  embedding(1),
  embedding(64),
  command("W11help", "`metamodal --help`, a process", helpUnit),
  command("W11predict", "`metamodal predict`, a process: load, and predict one image", predictUnit),
  command("W11step", "`metamodal train` to its first step, a process: Conv4-64, 5-way", stepUnit),
];
