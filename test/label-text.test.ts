/** Labels as a prior (fusion am3): its equation on a whole model, and what is refused. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NDArray } from "../src/base/array.js";
import { createDataset, type Example, hasWord } from "../src/data/index.js";
import { evaluate } from "../src/evaluate/index.js";
import { loadModel, Model } from "../src/model/index.js";
import { metaTrain } from "../src/train/index.js";
import { relativeError } from "./support/eager.js";
import { kinds } from "./support/kinds.js";
import { arraysOf, mapArrays } from "./support/tiny.js";

const names = ["red_maple", "blackBird", "blue/whale", "猫", "Straßenbahn", "дом", "oak tree", "river"];
const splits = ["train", "train", "train", "train", "val", "val", "test", "test"] as const;
const example = (k: number, i: number): Example => ({
  label: names[k],
  vector: kinds.vector.draw(k, i),
  ...(i % 3 !== 1 && { caption: kinds.text.draw(k, i) }),
});
const dataOf = (labels: readonly (string | number)[], keys = ["vector", "caption"]) =>
  createDataset({
    name: "named",
    examples: names.flatMap((_, k) =>
      Array.from({ length: 5 }, (__, i): Example => {
        const all = example(k, i);
        const values = Object.fromEntries(keys.filter((key) => key in all).map((key) => [key, all[key]]));
        const label = labels[k];
        return { label, split: splits[k], ...(typeof label === "number" && { group: names[k] }), ...values };
      }),
    ),
    modalities: { ...(keys.includes("caption") && { caption: { kind: "text", ...kinds.text.options } }) },
  });
const settings = {
  width: 4,
  fusion: "am3",
  episode: { way: 2, shot: 2, query: 2 },
  train: { steps: 3, metaBatch: 2, evalEpisodes: 2, learningRate: 0.05 },
  threads: 1,
} as const;

let model: Model;
const folder = await mkdtemp(join(tmpdir(), "metamodal-labels-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeAll(async () => {
  model = await metaTrain({ ...settings, data: dataOf(names) }).model();
});

/** The model with h(w) = `bias` for every label. */
const trusting = (bias: number): Model => {
  const params = mapArrays((leaf, path) => {
    if (!path.includes("trust")) return leaf;
    return { ...leaf, data: leaf.data.map(() => (path.endsWith("bias") ? bias : 0)) } as NDArray;
  }, model.weights.params);
  return new Model(model.card, { ...model.weights, params }, model.inference.engine);
};
const support = [0, 1, 2].flatMap((k) => [example(k, 0), example(k, 1)]);
const prototypes = async (of: Model, examples: readonly Example[]) => {
  const { adapted, classes } = await of.adapt(examples);
  const { data, shape } = adapted.fitted as NDArray;
  return { classes, rows: classes.map((_, k) => [...data.slice(k * shape[1], (k + 1) * shape[1])]) };
};

describe("a class's prototype", () => {
  it("is λ c + (1 − λ) g(w), λ = σ(h(w)), by the text encoder's g", async () => {
    const { rows: own, classes } = await prototypes(trusting(100), support);
    expect(classes).toContain("blue/whale");
    const texts: Record<string, string> = {
      "blue/whale": "blue whale",
      blackBird: "black Bird",
      red_maple: "red maple",
    };
    const words = await model.embed(classes.map((label) => ({ caption: texts[label] })));
    for (const bias of [-100, 0.7]) {
      const trust = 1 / (1 + Math.exp(-bias));
      const { rows } = await prototypes(trusting(bias), support);
      const expected = own.map((c, k) => c.map((x, j) => trust * x + (1 - trust) * words[k][j]));
      expect(relativeError(rows.flat(), expected.flat())).toBeLessThan(1e-5);
    }
  });

  it("is the plain one where λ = 1, and where a label says nothing", async () => {
    const gated = new Model(
      { ...model.card, recipe: { ...model.card.recipe, fusion: "gated" } },
      {
        ...model.weights,
        params: mapArrays((leaf) => leaf, {
          ...(model.weights.params as object),
          network: {
            ...(model.weights.params as never as { network: object }).network,
            fusion: (model.weights.params as never as { network: { fusion: { gates: object } } }).network
              .fusion.gates,
          },
        }) as never,
      },
      model.inference.engine,
    );
    const plain = await prototypes(gated, support);
    expect(
      relativeError((await prototypes(trusting(100), support)).rows.flat(), plain.rows.flat()),
    ).toBeLessThan(1e-6);
    const mute = support.map(({ label, ...rest }) => ({
      ...rest,
      label: `${names.indexOf(label as string)}`,
    }));
    const bare = await prototypes(gated, mute);
    expect((await prototypes(model, mute)).rows).toEqual(bare.rows);
    expect(relativeError((await prototypes(model, support)).rows.flat(), plain.rows.flat())).toBeGreaterThan(
      1e-3,
    );
  });
});

it("a query's label is never read", async () => {
  const task = await model.adapt(support);
  const { label: _, ...query } = example(1, 2);
  const [bare, told, wrong] = await task.predictAll([
    query,
    { ...query, label: names[1] },
    { ...query, label: names[0] },
  ]);
  expect({ ...told, id: bare.id }).toEqual(bare);
  expect({ ...wrong, id: bare.id }).toEqual(bare);
});

it("is trained, evaluated, saved and loaded", async () => {
  const trust = arraysOf(model.weights.params).filter(([path]) => path.includes("trust"));
  expect(trust).toHaveLength(2);
  for (const [path, { data }] of trust) expect(Math.max(...data.map(Math.abs)), path).toBeGreaterThan(1e-4);
  const { rows } = await evaluate(model, { data: dataOf(names), way: 2, shot: 2, query: 2, episodes: 3 });
  expect(rows[0].accuracy).toBeGreaterThanOrEqual(0);
  await model.save(join(folder, "m"));
  const loaded = await loadModel(join(folder, "m"), { threads: 1 });
  expect((await prototypes(loaded, support)).rows).toEqual((await prototypes(model, support)).rows);
});

it.each([
  ["there is no text", dataOf(names, ["vector"]), /no modality is text: vector.*gated/],
  ["labels are no words", dataOf(names.map((_, k) => `n0${k}`)), /the label "n00" has no word/],
  ["labels are numbers", dataOf(names.map((_, k) => k)), /am3 does not support regression/],
])("is refused before training starts where %s", async (_, data, says) => {
  const { episode: __, ...rest } = settings;
  await expect(metaTrain({ ...rest, data }).model()).rejects.toThrow(says);
});

it("knows which labels say something", () => {
  for (const label of ["oak", "猫", "नमस्ते", "class 7"]) expect(hasWord(label), label).toBe(true);
  for (const label of ["7", "n01440764", "A", "", undefined]) expect(hasWord(label)).toBe(false);
});
