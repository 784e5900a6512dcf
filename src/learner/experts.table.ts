/** The product of experts against its equation, by whole models. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../test/support/eager.js";
import { engine } from "../../test/support/engine.js";
import { inLane, type Lane } from "../../test/support/lane.js";
import {
  arraysOf,
  drawEpisode,
  drawNumbers,
  tinyPrograms,
  tinyShapes,
  trainedWeights,
  without,
  withoutKey,
} from "../../test/support/tiny.js";
import type { NDArray } from "../base/array.js";
import type { EpisodeArrays } from "../episode/index.js";
import type { RecipeInput } from "../model/index.js";
import { probabilitiesOf } from "../objective/index.js";
import { type Learner, learnerMethodOf, learnerOf, learners, learnersOf } from "./index.js";

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
const usual: Readonly<Record<string, Lane>> = {
  prototypical: "test",
  "nearest-centroid": "full",
  ridge: "full",
};
/** Learners that have a head. */
const withHead = Object.keys(learners).filter((name) =>
  hasExperts(learnerOf({ ...learnerMethodOf(name).options.parse({}), name }, "classification")),
);
const laneOf = (name: string): Lane => usual[name] ?? "slow";

describe.each(inLane(withHead, laneOf))("experts by %s", (name) => {
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
    if (programsOf(name, { fusion: "fixed" }).definition.learner.head?.isLikelihoodRatio) return;
    // The first class alone has images: they tell it from nothing, so they say nothing of it.
    const one = { ...whole, support: without(whole.support, "image", [2, 3, 4, 5]) };
    for (const p of await answers(lacking(one, "query", "strokes"))) expect(p).toBeCloseTo(1 / WAY, 5);
  });
});

it.each([
  ...inLane(withHead, laneOf),
  ...inLane(["maml", "supervised"], () => "full"),
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
const ofNumbers = inLane(learnersOf("regression"), (name) =>
  name === "ridge" ? "test" : name === "maml" ? "full" : "slow",
);

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
