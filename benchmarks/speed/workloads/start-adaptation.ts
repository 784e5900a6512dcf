/** Starts workloads of a trained model: adaptation with prediction, and embedding. */

import { type Model, metaTrain } from "../../../src/index.js";
import { type GenerateValues, randomDataset, randomExamples, randomImage } from "../data.js";
import type { RunningWorkload } from "../timing.js";
import type { RecipeOptions } from "./types.js";

/** Number of train classes, enough to sample episodes; accuracy does not matter here. */
const CLASSES = 20;

/** A model after one training step, of width 64 if the recipe states none: that of Conv4-64, whatever the data's default is. */
export const trainOneStep = (recipe: RecipeOptions, generate: GenerateValues): Promise<Model> =>
  metaTrain({
    width: 64,
    ...recipe,
    data: randomDataset(CLASSES, generate),
    train: { steps: 1, metaBatch: 1 },
  }).model();

/** Start a workload whose unit adapts to 25 new examples of 5 classes and predicts 75. */
export async function startAdaptation(
  recipe: RecipeOptions,
  generate: GenerateValues,
): Promise<RunningWorkload> {
  const model = await trainOneStep(recipe, generate);
  const support = randomExamples(5, 5, generate, 2);
  const queries = randomExamples(5, 15, generate, 3);
  return {
    async runUnit() {
      const task = await model.adapt(support);
      return task.predictAll(queries);
    },
  };
}

/** Start a workload whose unit embeds `count` images. */
export async function startEmbedding(count: number, threads: number): Promise<RunningWorkload> {
  const generate: GenerateValues = (uniform) => ({ image: randomImage(uniform) });
  const model = await trainOneStep({ fusion: "fixed", episode: { way: 5 }, threads }, generate);
  const images = randomExamples(count, 1, generate, 2);
  return { runUnit: () => model.embed(images) };
}
