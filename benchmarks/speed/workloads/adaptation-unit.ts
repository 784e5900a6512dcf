/** Workloads of a trained model: adapting to a new task and predicting, and embedding. */

import { type MetaTrainOptions, type Model, metaTrain } from "../../../src/index.js";
import { dataset, examples, image } from "../data.js";
import type { Unit } from "../timing.js";

type Value = Parameters<typeof dataset>[1];
type Recipe = Omit<MetaTrainOptions, "data">;

/** Classes to train on; the least episodes can be drawn from, as the model need not be good. */
const CLASSES = 20;

/** A model after one step of training. */
export const quickModel = (recipe: Recipe, value: Value): Promise<Model> =>
  metaTrain({ ...recipe, data: dataset(CLASSES, value), train: { steps: 1, metaBatch: 1 } }).model();

/** Adapt to 25 new examples of 5 classes and predict 75. */
export async function adaptUnit(recipe: Recipe, value: Value): Promise<Unit> {
  const model = await quickModel(recipe, value);
  const support = examples(5, 5, value, 2);
  const queries = examples(5, 15, value, 3);
  return {
    async next() {
      const task = await model.adapt(support);
      return task.predictAll(queries);
    },
  };
}

/** Embed `count` images a call. */
export async function embedUnit(count: number, threads: number): Promise<Unit> {
  const value: Value = (draw) => ({ image: image(draw) });
  const model = await quickModel({ fusion: "fixed", episode: { way: 5 }, threads }, value);
  const images = examples(count, 1, value, 2);
  return { next: () => model.embed(images) };
}
