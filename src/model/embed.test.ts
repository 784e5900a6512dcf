/** `model.embed`: each example alone, and never-changing weights that are constants of the programs. */

import { beforeAll, describe, expect, it } from "vitest";
import { drawing, lacking, tinyDataset } from "../../test/support/drawings.js";
import { relativeError } from "../../test/support/eager.js";
import { drawEpisode } from "../../test/support/tiny.js";
import { metaTrain } from "../train/index.js";
import { InferencePrograms } from "./index.js";
import type { Model } from "./model.js";
import type { LearnerChoice } from "./recipe-choices.js";

const recipe = { width: 4, episode: { way: 3 }, train: { steps: 2, metaBatch: 2 }, threads: 1 };
const train = (learner: LearnerChoice, modalities = ["image", "strokes"]) =>
  metaTrain({ ...recipe, data: tinyDataset(), learner, modalities }).model();

const errorOf = (actual: ArrayLike<number>, expected: ArrayLike<number>) =>
  relativeError(Array.from(actual), Array.from(expected));

let model: Model;
beforeAll(async () => {
  model = await train({ name: "prototypical" });
});

describe("embed", () => {
  const examples = Array.from({ length: 21 }, (_, i) => drawing(i % 7, i));

  it("gives a vector of the model's width an example, the same alone and among others", async () => {
    const all = await model.embed(examples);
    expect(all).toHaveLength(21);
    for (const i of [0, 13, 20]) {
      const [alone] = await model.embed([examples[i]]);
      expect(alone).toBeInstanceOf(Float32Array);
      expect(alone).toHaveLength(2 * (4 + 1)); // a product of experts keeps two modalities apart
      expect(errorOf(alone, all[i])).toBeLessThan(1e-5);
    }
  });

  it("takes examples that lack a modality", async () => {
    const [whole] = await model.embed([examples[3]]);
    const [half] = await model.embed([lacking(examples[3], "image")]);
    expect(errorOf(half, whole)).toBeGreaterThan(1e-3);
  });

  it("is refused by a model that normalises by the support", async () => {
    const refusing = await train({ name: "maml", innerSteps: 1 }, ["strokes"]);
    await expect(refusing.embed(examples)).rejects.toMatchObject({ code: "model/no-embedding" });
  });
});

it("frozen weights give what given ones give", async () => {
  const { card, inference, weights } = model;
  const fresh = new InferencePrograms(model.definition, inference.engine);
  const shapes = Object.fromEntries(
    Object.entries(card.modalities).map(([name, { shape }]) => [name, shape]),
  );
  const episode = drawEpisode(1, { shapes, way: 3, shot: [1, 2, 2], query: 2 });
  const [frozen, given] = [await inference.episode(weights, episode), await fresh.episode(weights, episode)];
  expect(errorOf(frozen.data, given.data)).toBeLessThan(1e-4);
});
