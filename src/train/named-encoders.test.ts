import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createDataset } from "../data/index.js";
import { loadModel, parseRecipe } from "../model/index.js";
import { sealCard } from "../model/seal.js";
import { recipeFor } from "./complete-recipe.js";
import { metaTrain } from "./index.js";
import { withNamedEncoders } from "./named-encoders.js";

const words = ["red", "green", "blue", "round", "flat", "long", "old", "new", "warm"];
const data = createDataset({
  name: "made",
  modalities: { words: { kind: "text" }, numbers: { kind: "vector" } },
  examples: words.flatMap((label, c) =>
    Array.from({ length: 4 }, (_, i) => ({
      label,
      split: c < 5 ? ("train" as const) : c < 7 ? ("val" as const) : ("test" as const),
      words: `${label} thing number ${i}`,
      numbers: [c, i, (c * i) % 3],
    })),
  ),
});

describe("encoders: default", () => {
  it("names the built-in encoders of the modalities in use that have them", () => {
    expect(withNamedEncoders({ encoders: "default" }, data).encoders).toEqual({ words: "default" });
    expect(withNamedEncoders({ encoders: "default", modalities: ["numbers"] }, data).encoders).toEqual({});
    const stated = { encoders: { words: "ngrams" } } as const;
    expect(withNamedEncoders(stated, data)).toEqual(stated);
  });

  it("is a recipe's value, for all modalities or for one", () => {
    expect(parseRecipe({ encoders: "default" }, "r").encoders).toEqual({});
    const { encoders } = recipeFor({ encoders: "default" }, data, undefined).recipe;
    expect(encoders.words).toEqual(parseRecipe({ encoders: { words: "default" } }, "r").encoders.words);
    expect(encoders.words.name).toBe("default");
    expect(encoders.numbers.name).toBe("linear");
    expect(() => parseRecipe({ encoders: "defaults" }, "r")).toThrow(/field "encoders"/);
  });
});

describe("a model on built-in encoders", () => {
  const folder = mkdtempSync(join(tmpdir(), "metamodal-builtin-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("predicts alike after it was saved, and is refused where its encoders are others", async () => {
    const model = await metaTrain({
      data,
      modalities: ["words"],
      encoders: "default",
      width: 8,
      episode: { way: 2, query: 2 },
      train: { steps: 1, evalEpisodes: 5 },
    }).model();
    const path = join(folder, "m");
    await model.save(path);
    const support = ["old", "new"].map((label) => ({ label, words: `${label} thing` }));
    const predict = async (of: typeof model) => (await of.adapt(support)).predict({ words: "an old one" });
    const loaded = await loadModel(path);
    expect(await predict(loaded)).toEqual(await predict(model));
    const card = join(path, "model.json");
    const text = readFileSync(card, "utf8");
    const { files } = JSON.parse(text).modalities.words.builtin;
    const { sha256: _, ...other } = JSON.parse(text.replace(files["text.onnx"], "f".repeat(64)));
    writeFileSync(
      card,
      sealCard(other, { "model.safetensors": readFileSync(join(path, "model.safetensors")) }),
    );
    await expect(loadModel(path)).rejects.toThrow(/modality "words".*text\.onnx of SHA-256 ffffffffffff/s);
  });
});
