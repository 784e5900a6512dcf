/** The product of experts against its equation, by whole models and by heads. */

import { describe, expect, it } from "vitest";
import { float32, type NDArray } from "../src/base/array.js";
import { random } from "../src/base/random.js";
import { Engine, type Tensor } from "../src/engine/index.js";
import type { EpisodeArrays } from "../src/episode/index.js";
import { fusionOf } from "../src/fusion/index.js";
import {
  type Learner,
  learnerMethodOf,
  learnerOf,
  learners,
  learnersOf,
  withExperts,
} from "../src/learner/index.js";
import type { RecipeInput } from "../src/model/index.js";
import { linear } from "../src/nn/layers.js";
import { probabilitiesOf } from "../src/objective/index.js";
import { eager, relativeError } from "./support/eager.js";
import { headProblem } from "./support/heads.js";
import {
  arraysOf,
  drawEpisode,
  drawNumbers,
  normals,
  tinyPrograms,
  tinyShapes,
  trainedWeights,
  without,
  withoutKey,
} from "./support/tiny.js";

const engine = new Engine({ threads: 2 });
const fusion = "product-of-experts";
const WAY = 3;
const whole = drawEpisode(21, { shapes: tinyShapes, way: WAY, shot: 2, query: 2 });
/** An example of each class lacks its image. */
const episode: EpisodeArrays = { ...whole, support: without(whole.support, "image", [0, 2, 4]) };
const lacking = (given: EpisodeArrays, part: "support" | "query", name: string): EpisodeArrays => ({
  ...given,
  [part]: without(given[part], name, "all"),
});
const programsOf = (name: string, more: RecipeInput = {}, modalities?: string[]) =>
  tinyPrograms(engine, { learner: { name } as never, fusion, ...more }, modalities);
const hasExperts = ({ head, batch }: Learner) => head !== undefined && batch === undefined;
/** Probabilities, row after row. */
const chances = ({ data }: NDArray) =>
  Array.from({ length: data.length / WAY }, (_, i) =>
    probabilitiesOf(Array.from(data.slice(i * WAY, (i + 1) * WAY))),
  ).flat();
/** The slow lane takes every learner that has a head. */
const withHead = Object.keys(learners).filter(
  (name) =>
    hasExperts(learnerOf({ ...learnerMethodOf(name).options.parse({}), name }, "classification")) &&
    (process.env.ALL_PAIRS || ["prototypical", "nearest-centroid", "ridge"].includes(name)),
);

describe.each(withHead)("experts by %s", (name) => {
  const programs = programsOf(name);
  const weights = trainedWeights(programs, 5);
  const answers = async (given: EpisodeArrays) => chances(await programs.inference.episode(weights, given));

  it("answer Π p_m^α_m, each by itself", async () => {
    const adapted = await programs.inference.adapt(weights, episode.support, episode.ways);
    const together = await programs.inference.predict(weights, adapted, episode.query);
    const [image, strokes] = await Promise.all(
      ["strokes", "image"].map((name) => answers(lacking(episode, "query", name))),
    );
    const [a, b] = ["image", "strokes"].map((key) => together.weights[key].data[0]);
    expect(a + b).toBeCloseTo(1, 6);
    expect(Math.abs(a - b)).toBeGreaterThan(1e-3);
    const product = image.map((p, i) => p ** a * strokes[i] ** b);
    const expected = product.map((p, i) => {
      const start = i - (i % WAY);
      return p / product.slice(start, start + WAY).reduce((x, y) => x + y);
    });
    expect(relativeError(chances(together.outputs), expected)).toBeLessThan(1e-4);
  });

  it("are what a model of that modality alone is", async () => {
    const alone = programsOf(name, { fusion: "fixed" }, ["strokes"]);
    const { params, state } = weights as never as {
      params: { network: { encoders: object }; learner: { experts: Record<string, object> } };
      state: Record<string, object> & { "@learner"?: { measured: Record<string, object> } };
    };
    const measured = state["@learner"]?.measured.strokes;
    const own = {
      params: {
        network: { encoders: params.network.encoders, fusion: {} },
        learner: params.learner.experts.strokes,
        alignment: {},
        relation: {},
      },
      state: { ...state, ...(measured && { "@learner": measured }) },
    };
    const strokes = {
      ...episode,
      support: withoutKey(episode.support, "image"),
      query: withoutKey(episode.query, "image"),
    };
    const expected = await alone.inference.episode(own as never, strokes);
    const actual = await answers(lacking(episode, "query", "image"));
    expect(relativeError(actual, chances(expected))).toBeLessThan(1e-4);
  });

  it("say nothing of what they were not taught, and stay finite", async () => {
    const untaught = lacking(episode, "support", "image");
    const both = await answers(untaught);
    const strokes = await answers(lacking(untaught, "query", "image"));
    expect(relativeError(both, strokes)).toBeLessThan(1e-4);
    const chunk = await programs.metaGradient(weights, untaught);
    for (const [path, { data }] of arraysOf(chunk.gradient))
      expect(data.every(Number.isFinite), path).toBe(true);
    if (programsOf(name, { fusion: "fixed" }).definition.learner.head?.areRatios) return;
    // The first class alone has images: they tell it from nothing, so they say nothing of it.
    const one = { ...whole, support: without(whole.support, "image", [2, 3, 4, 5]) };
    for (const p of await answers(lacking(one, "query", "strokes"))) expect(p).toBeCloseTo(1 / WAY, 5);
  });
});

it.each([
  ...withHead,
  "maml",
  "supervised",
])("weights are of what the support showed, by %s", async (name) => {
  const programs = programsOf(name);
  const weights = trainedWeights(programs, 5);
  const untaught = lacking(episode, "support", "image");
  const adapted = await programs.inference.adapt(weights, untaught.support, untaught.ways);
  const whole = await programs.inference.predict(weights, adapted, episode.query);
  expect([...whole.weights.image.data]).toEqual([...whole.weights.image.data].map(() => 0));
  for (const weight of whole.weights.strokes.data) expect(weight).toBeCloseTo(1, 6);
  const strokes = await programs.inference.predict(weights, adapted, without(episode.query, "image", "all"));
  expect(relativeError(chances(whole.outputs), chances(strokes.outputs))).toBeLessThan(1e-4);
});

/** One with a head, and one that descends. */
const ofNumbers = process.env.ALL_PAIRS ? learnersOf("regression") : ["ridge", "maml"];

it.each(ofNumbers)("numbers by %s are the weighted mean of the experts'", async (name) => {
  const programs = programsOf(name, { task: "regression" });
  const weights = trainedWeights(programs, 6);
  const given = drawNumbers(7, { shapes: tinyShapes, shot: 5, query: 3 });
  const adapted = await programs.inference.adapt(weights, given.support, given.ways);
  const predict = async (query: EpisodeArrays["query"]) =>
    programs.inference.predict(weights, adapted, query);
  const { outputs, weights: alpha } = await predict(given.query);
  const [image, strokes] = await Promise.all(
    ["strokes", "image"].map((other) => predict(without(given.query, other, "all"))),
  );
  const expected = [...outputs.data].map((_, i) =>
    ["image", "strokes"].reduce(
      (sum, key, m) => sum + alpha[key].data[i] * [image, strokes][m].outputs.data[i],
      0,
    ),
  );
  expect(relativeError([...outputs.data], expected)).toBeLessThan(1e-4);
});

const { fuse, apart } = fusionOf(fusion);

it("identical experts answer as one of them", () => {
  const { features, targets, query } = headProblem(8, [0, 1, 2, 1], WAY, 4);
  const { head } = learnerOf({ name: "gda" }, "classification");
  const own = { logPenalty: float32([0.3], []) };
  const names = ["a", "b"];
  const both = withExperts(
    learnerOf({ name: "gda" }, "classification"),
    { modalities: names, width: 4, apart: apart! },
    "classification",
  ).head!;
  const [single, doubled] = eager(
    ((p: never, x: Tensor, t: never, q: Tensor, s: never) => {
      const twice = (f: Tensor) => {
        const has = f.slice([], 0).mul(0).add(1);
        return fuse(s, { a: f, b: f }, { a: has, b: has }).fused;
      };
      const experts = { experts: { a: p, b: p } } as never;
      return [
        head!.outputs(p, head!.fit(p, x, t), q),
        both.outputs(experts, both.fit(experts, twice(x), t), twice(q)),
      ];
    }) as never,
    [own, features, targets, query, { a: float32([0.4], [1]), b: float32([-0.7], [1]) }] as never,
    "float64",
  );
  expect(relativeError(doubled, single)).toBeLessThan(1e-9);
});

it("a linear head on the features is a product of linear experts", () => {
  const r = random(9, "experts");
  const [n, width] = [4, 3];
  const names = ["a", "b"];
  const features = Object.fromEntries(names.map((key) => [key, normals(r, [n, width])]));
  const present = { a: float32([1, 1, 0, 1], [n]), b: float32([1, 0, 1, 1], [n]) };
  const precisions = { a: float32([0.5], [1]), b: float32([-0.2], [1]) };
  const weight = normals(r, [2 * (width + 1), WAY]);
  const zero = float32([0, 0, 0], [WAY]);
  const [logits, a, b] = eager(
    ((s: never, f: never, has: never, w: never, c: never) => {
      const { fused, weights } = fuse(s, f, has);
      return [linear(fused, { weight: w, bias: c }), weights.a, weights.b];
    }) as never,
    [precisions, features, present, weight, zero] as never,
    "float64",
  );
  const block = (m: number, d: number, k: number) => weight.data[(m * (width + 1) + d) * WAY + k];
  const expert = (m: number, i: number, k: number) => {
    const { data } = features[names[m]] as NDArray;
    return Array.from({ length: width }, (_, d) => data[i * width + d] * block(m, d, k)).reduce(
      (x, y) => x + y,
      block(m, width, k),
    );
  };
  for (let i = 0; i < n; i++)
    for (let k = 0; k < WAY; k++)
      expect(logits[i * WAY + k]).toBeCloseTo(a[i] * expert(0, i, k) + b[i] * expert(1, i, k), 9);
});
