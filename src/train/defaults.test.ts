import { describe, expect, it } from "vitest";
import { createDataset } from "../data/index.js";
import { modalityKinds } from "../modality/index.js";
import { parseRecipe, type RecipeInput } from "../model/recipe.js";
import { withDefaults } from "./defaults.js";
import type { WithNamedEncoders } from "./named-encoders.js";

/** A data set of these kinds, whose values do not matter: one row with a text and its kinds declared. */
function dataOf(kinds: Record<string, string>, more: object = {}) {
  const modalities = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      kind === "tabular" ? { kind, columns: ["a"] } : { kind },
    ]),
  );
  return createDataset({
    name: "made",
    examples: [{ label: "x", group: "g", words: "a text" }],
    modalities: { ...modalities, words: { kind: "text" } },
    ...more,
  });
}

describe("the defaults of a data set", () => {
  for (const kind of modalityKinds)
    it(`are a recipe for ${kind} alone`, () => {
      const data = dataOf({ only: kind });
      const { recipe, chosen } = withDefaults({ modalities: ["only"] }, data);
      expect(() => parseRecipe(recipe, "recipe")).not.toThrow();
      for (const { field, value, why } of chosen) {
        expect(field.split(".").reduce<unknown>((inner, key) => (inner as never)[key], recipe)).toEqual(
          value,
        );
        expect(why).not.toBe("");
      }
    });

  it("start texts from tf-idf, and several modalities as one model", () => {
    const data = dataOf({ photo: "image", measured: "vector" });
    expect(withDefaults({ modalities: ["words"] }, data).recipe).toMatchObject({
      learner: "nearest-centroid",
      encoders: { words: { name: "ngrams", hidden: 0 } },
    });
    const several = withDefaults({}, data).recipe;
    expect(several.learner).toBeUndefined();
    expect(Object.keys(several.encoders ?? {})).toEqual(["measured"]);
  });

  it("know tables of which each is a task", () => {
    const data = dataOf({ table: "tabular" }, { groupAsTask: true });
    const { recipe, mostWay } = withDefaults({ modalities: ["table"] }, data);
    expect(recipe).toMatchObject({ learner: "gda", encoders: { table: { name: "columns" } } });
    expect(recipe.episode?.shot).toBeUndefined();
    expect(mostWay).toBe(5);
  });

  it("leave what is stated, field by field", () => {
    const stated: WithNamedEncoders<RecipeInput> = {
      modalities: ["photo"],
      width: 8,
      augment: false,
      train: { learningRate: 0.5 },
    };
    const { recipe, chosen } = withDefaults(stated, dataOf({ photo: "image" }));
    expect(recipe).toMatchObject({ ...stated, train: { learningRate: 0.5, metaBatch: 2 } });
    const fields = chosen.map(({ field }) => field);
    for (const field of ["width", "augment", "train.learningRate"]) expect(fields).not.toContain(field);
  });

  it("leave a recipe alone that states a learner or an encoder, or that is closed", () => {
    const data = dataOf({ photo: "image" });
    const own: WithNamedEncoders<RecipeInput>[] = [
      { learner: "maml" },
      { encoders: { photo: "conv4" } },
      { closed: true },
      { task: "regression" },
      { modalities: ["absent"] },
    ];
    for (const stated of own) expect(withDefaults(stated, data)).toEqual({ recipe: stated, chosen: [] });
  });
});
