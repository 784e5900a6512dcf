/** The table of docs/export.md: operators and bytes of every learner's graphs, over Conv4 on images of 28×28 pixels. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { encodeFiles, type PortableGraph } from "../../src/engine/portable/index.js";
import { learners } from "../../src/learner/index.js";
import { ModelDefinition, parseRecipe } from "../../src/model/index.js";
import { unimodalWeights } from "../../test/support/unimodal.js";
import { adaptGraph, predictGraph, teachGraph } from "./graphs.js";

const [BEGIN, END] = ["<!-- sizes -->\n", "<!-- /sizes -->"];
const specs = { image: { kind: "image", shape: [1, 28, 28], mean: [0.5], std: [0.5] } } as const;

const bytesOf = (graph: PortableGraph): number =>
  Object.values(encodeFiles(graph, { name: "x", version: "0", metadata: {} }))[0].length;

/** The row of a learner: operators of each graph, and megabytes of `teach`. */
async function rowOf(name: string): Promise<string> {
  const recipe = {
    modalities: ["image"],
    fusion: "gated",
    encoders: { image: "conv4" },
    learner: { name },
    episode: { way: 5 },
  };
  const definition = new ModelDefinition(parseRecipe(recipe as never, "test"), specs as never);
  const capacity = { way: 5, shot: 5, support: 25 };
  const exported = {
    definition,
    weights: unimodalWeights(definition, 1),
    certainty: null,
    capacity,
  };
  const adapt = await adaptGraph(exported);
  const predict = await predictGraph(exported, adapt, {});
  const teach = teachGraph(adapt, predict);
  const counts = [adapt, predict, teach].map(({ graph }) => graph.nodes.length.toLocaleString("en-US"));
  return `| ${name} | ${counts.join(" | ")} | ${(bytesOf(teach.graph) / 1e6).toFixed(2)} |\n`;
}

it("states the sizes of all learners' graphs", { timeout: 1_200_000 }, async () => {
  const page = readFileSync("docs/export.md", "utf8");
  const [before, rest] = page.split(BEGIN);
  const [, after] = rest.split(END);
  let table = "| learner | adapt | predict | teach | teach, MB |\n| --- | ---: | ---: | ---: | ---: |\n";
  for (const name of Object.keys(learners)) table += await rowOf(name);
  await expect(`${before}${BEGIN}${table}${END}${after}`).toMatchFileSnapshot("../../docs/export.md");
});
