/** Models of single modalities that are trained beside the model of all. */

import { describe, expect, it } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { metaTrain } from "./index.js";

describe("a modality alone", () => {
  it("is trained on the rows that have it, as by itself", async () => {
    const partial = tinyDataset();
    const recipe = {
      data: partial,
      width: 4,
      learner: "prototypical",
      fusion: "product-of-experts",
      episode: { way: 3, shot: 1, query: 2 },
      train: { steps: 3, metaBatch: 2, evalEvery: 3, evalEpisodes: 2 },
      threads: 2,
    } as const;
    const unused: Record<string, number> = {};
    const run = metaTrain({ ...recipe, withUnimodal: true });
    for await (const event of run) if (event.type === "start") unused[event.part] = event.unusedRows;
    const { alone } = await run.model();
    const count = (name: string) =>
      partial.rows.filter(({ split, values }) => split !== "test" && !Object.hasOwn(values, name)).length;
    expect(unused).toEqual({ "image+strokes": 0, image: count("image"), strokes: count("strokes") });
    const itself = await metaTrain({ ...recipe, modalities: ["strokes"] }).model();
    expect(alone.strokes.card.modalities).toEqual(itself.card.modalities);
    expect(alone.strokes.weights).toEqual(itself.weights);
  });
});
