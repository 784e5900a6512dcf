/** The size of the usual graph: prototypical over Conv4. */

import { expect, it } from "vitest";
import { ModelDefinition, parseRecipe } from "../../src/model/index.js";
import { unimodalWeights } from "../../test/support/unimodal.js";
import { adaptGraph, encodeGraph, predictGraph, teachGraph } from "./graphs.js";

it("prototypical over Conv4 takes fewer than 60 operators besides its encoder, none of which branches or loops", async () => {
  const specs = { image: { kind: "image", shape: [1, 28, 28], mean: [0.5], std: [0.5] } };
  const recipe = { modalities: ["image"], encoders: { image: "conv4" }, width: 16, fusion: "gated" };
  const definition = new ModelDefinition(parseRecipe(recipe as never, "test"), specs as never);
  const capacity = { way: 5, shot: 5, support: 25 };
  const exported = {
    definition,
    weights: unimodalWeights(definition, 1),
    certainty: null,
    capacity,
  };
  const adapt = await adaptGraph(exported);
  const teach = teachGraph(adapt, await predictGraph(exported, adapt, {}));
  const encode = await encodeGraph(exported, "image", {});
  const encoder = encode.graph.nodes.map(({ type }) => type);
  expect(encoder.slice(0, 3)).toEqual(["Conv", "Relu", "MaxPool"]);
  // The encoder is there twice, for the support and for queries.
  expect(teach.graph.nodes.length - 2 * encoder.length).toBeLessThan(60);
  const types = new Set(teach.graph.nodes.map(({ type }) => type));
  for (const type of ["If", "Loop", "Scan"]) expect(types).not.toContain(type);
});
