/**
 * Cross-modal use, end to end: texts to learn from and numbers to tell, of unseen classes; names of classes as text shots.
 * A class is a pair of words, each of which says something about its numbers.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { random } from "../src/base/random.js";
import {
  type ClassPrediction,
  createDataset,
  type EvaluateOptions,
  type Example,
  evaluate,
  loadTask,
  type Model,
  metaTrain,
  type RecipeInput,
} from "../src/index.js";

const [colours, shapes] = [
  ["red", "green", "blue", "black", "white", "pink", "brown"],
  ["disc", "star", "ring", "cross", "moon", "heart", "cube"],
];
const SIZE = 8;
const directionOf = (word: string) => {
  const draw = random(7, "word", word);
  return Array.from({ length: SIZE }, () => draw.normal());
};
const pairs = colours.flatMap((colour, c) =>
  shapes.map((shape, s) => ({ words: [colour, shape], test: (c + s) % 4 === 0, val: (c + s) % 4 === 1 })),
);
/** Example `i` of a class: its numbers, and a text that says its words among others. */
function example(words: readonly string[], i: number, noise: number): Example {
  const draw = random(8, "example", ...words, i);
  const centre = directionOf(words[0]).map((x, k) => x + directionOf(words[1])[k]);
  return {
    label: words.join("_"),
    sensed: centre.map((x) => x + noise * draw.normal()),
    told: `${["a", "one", "some"][i % 3]} ${words[0]} thing, ${words[1]}`,
  };
}
const dataOf = (noise: number) =>
  createDataset({
    name: "things",
    examples: pairs.flatMap(({ words, test, val }) =>
      Array.from({ length: 6 }, (_, i) => ({
        ...example(words, i, noise),
        split: test ? ("test" as const) : val ? ("val" as const) : ("train" as const),
      })),
    ),
    modalities: { sensed: { kind: "vector" }, told: { kind: "text", buckets: 256, ngrams: [3, 4] } },
  });
const data = dataOf(0.3);
const settings = {
  width: 16,
  train: { steps: 250, metaBatch: 4, learningRate: 0.01, evalEvery: 250, evalEpisodes: 20 },
  threads: 1,
  seed: 1,
} as const;
const across = { supportModalities: ["told"], queryModalities: ["sensed"] };
const train = (episode: RecipeInput["episode"], more: Partial<RecipeInput> = {}) =>
  metaTrain({ ...settings, ...(more as object), data, episode: { way: 8, query: 2, ...episode } }).model();
const test = (model: Model, more: Partial<EvaluateOptions> = {}) =>
  evaluate(model, { data, way: 4, query: 3, episodes: 100, seed: 2, ...more });

const folder = await mkdtemp(join(tmpdir(), "metamodal-cross-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("texts to learn from and numbers to tell", () => {
  let model: Model;
  beforeAll(async () => {
    model = await train(across, { alignment: { name: "infonce", weight: 0.5 } });
  });

  it("are trained, judged on the same by default, and beside every other row", async () => {
    const { rows, supportModalities, queryModalities } = await test(model);
    expect({ supportModalities, queryModalities }).toEqual(across);
    expect(rows.map(({ kind, support, query }) => ({ kind, support, query }))).toEqual([
      { kind: "fused", support: ["told"], query: ["sensed"] },
      { kind: "untrained", support: ["told"], query: ["sensed"] },
      { kind: "chance", support: [], query: [] },
    ]);
    const [own, untrained, chance] = rows;
    expect(own.accuracy! - own.halfWidth).toBeGreaterThan(0.6);
    expect(untrained.accuracy! - untrained.halfWidth).toBeLessThan(chance.accuracy! + 0.15);
  });

  it("do better so than by a model of both in both", async () => {
    const both = await train({});
    const [asked] = (await test(both, across)).rows;
    const [own] = (await test(model)).rows;
    expect(own.accuracy! - own.halfWidth).toBeGreaterThan(asked.accuracy! + asked.halfWidth);
  });

  it("are told without a word of the query", async () => {
    const some = pairs.filter((pair) => pair.test).slice(0, 3);
    const task = await model.adapt(
      some.map(({ words }) => ({ label: words.join(" "), told: `a ${words[0]} ${words[1]}` })),
    );
    const predictions = await task.predictAll(
      some.map(({ words }) => ({ ...pick(words), label: undefined })),
    );
    const right = predictions.filter(({ label }, i) => label === some[i].words.join(" "));
    expect(right.length).toBeGreaterThan(1);
    expect(predictions[0].weights).toEqual({ sensed: 1 });
  });
});

/** An example of which only the numbers are given. */
function pick(words: readonly string[]): Example {
  const { sensed } = example(words, 3, 0.3);
  return { sensed };
}

describe("names as text shots", () => {
  let model: Model;
  const noisy = dataOf(2);
  beforeAll(async () => {
    model = await metaTrain({
      ...settings,
      data: noisy,
      withUnimodal: true,
      alignment: { name: "infonce", weight: 0.5 },
      episode: {
        way: 8,
        query: 2,
        supportModalities: ["sensed"],
        queryModalities: ["sensed"],
        labelShots: 1,
      },
    }).model();
  });

  it("tell more than one noisy example does, and every row says whether it has them", async () => {
    const { rows, labelShots } = await test(model, { data: noisy });
    expect(labelShots).toBe(1);
    const told = rows.map(({ kind, name, labelShots }) => [kind, name, labelShots]);
    expect(told).toEqual([
      ["fused", "sensed+told", 1],
      ["alone", "sensed", undefined],
      ["alone", "told", 1],
      ["support-missing", "support without label shots", undefined],
      ["untrained", "untrained sensed+told", 1],
      ["chance", "chance", undefined],
    ]);
    const { difference, halfWidth } = rows[3].behindFirst!;
    expect(difference - halfWidth).toBeGreaterThan(0.02);
  });

  it("are none by default where the model has none, and none where that is asked", async () => {
    const { labelShots, rows } = await test(model, { data: noisy, labelShots: 0 });
    expect(labelShots).toBe(0);
    expect(rows.some(({ name }) => name.includes("label shots"))).toBe(false);
  });

  it("are examples of new classes like any other, in a task that says so and is saved", async () => {
    const support = [
      { label: "red_moon", sensed: example(["red", "moon"], 0, 2).sensed },
      { label: "blue_disc", sensed: example(["blue", "disc"], 0, 2).sensed },
    ];
    const query = { sensed: example(["red", "moon"], 1, 2).sensed };
    const named = await model.adapt(support);
    expect(named.labelShots).toBe(1);
    const plain = await model.adapt(support, { labelShots: 0 });
    const written = await model.adapt(
      [...support, { label: "red_moon", told: "red moon" }, { label: "blue_disc", told: "blue disc" }],
      { labelShots: 0 },
    );
    const answer = async (task: typeof named) => (await task.predict(query)) as ClassPrediction;
    expect((await answer(named)).probabilities).toEqual((await answer(written)).probabilities);
    expect((await answer(named)).probabilities).not.toEqual((await answer(plain)).probabilities);
    await named.save(join(folder, "task"));
    const loaded = await loadTask(join(folder, "task"), { threads: 1 });
    expect(loaded.labelShots).toBe(1);
    expect((await answer(loaded)).probabilities).toEqual((await answer(named)).probabilities);
  });
});

describe("is refused", () => {
  const quick = { steps: 1, metaBatch: 1, evalEpisodes: 2 };
  const numbers = createDataset({
    name: "numbers",
    examples: Array.from({ length: 40 }, (_, i) => ({ label: i, group: `g${i % 10}`, told: `number ${i}` })),
  });
  const mute = dataOf(0.3);
  mute.rows.find(({ split }) => split === "train")!.label = "7";
  const refused: [string, object, RegExp][] = [
    [
      "a modality that there is none of",
      { supportModalities: ["smelt"] },
      /"smelt" is not among.*sensed, told/,
    ],
    ["no modality", { queryModalities: [] }, /field "episode.queryModalities".*at least 1/],
    ["a modality twice", { queryModalities: ["told", "told"] }, /each modality once/],
    ["less than no name", { labelShots: -1 }, /field "episode.labelShots".*>=0/],
  ];

  it.each(refused)("in training: %s", async (_, episode, says) => {
    const run = async () => metaTrain({ data, episode, train: quick, threads: 1 }).model();
    await expect(run()).rejects.toThrow(says);
  });

  it.each<[string, object, RegExp]>([
    [
      "names where nothing is text",
      { modalities: ["sensed"], episode: { labelShots: 1 } },
      /no modality is text: sensed/,
    ],
    [
      "names of numbers",
      { data: numbers, episode: { labelShots: 1 } },
      /trained for regression.*not class names/,
    ],
    [
      "names that say nothing",
      { data: mute, episode: { labelShots: 1 } },
      /"7" has no word.*label shots to 0/,
    ],
    [
      "a view of what has no support",
      { learner: "supervised", episode: { queryModalities: ["told"] } },
      /supervised learns all train classes at once/,
    ],
  ])("in training: %s", async (_, options, says) => {
    const run = async () => metaTrain({ data, train: quick, threads: 1, ...(options as object) }).model();
    await expect(run()).rejects.toThrow(says);
  });

  it("in evaluation and adaptation", async () => {
    const model = await train({}, { train: { ...quick, evalEvery: 1 } });
    const asked = (more: Partial<EvaluateOptions>) => expect(test(model, { episodes: 2, ...more })).rejects;
    await asked({ supportModalities: ["smelt"] }).toThrow(/evaluate, option supportModalities: "smelt"/);
    await asked({ queryModalities: [] }).toThrow(/names no modality/);
    await asked({ labelShots: 0.5 }).toThrow(/the value is 0.5/);
    await asked({ ...across, attribute: true }).toThrow(/support shows told, query sensed/);
    const support = ["7", "8"].map((label) => ({ label, told: "a red ring" }));
    await expect(model.adapt(support, { labelShots: 1 })).rejects.toThrow(/"7" has no word/);
  });
});
