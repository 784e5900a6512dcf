/** Starting from another model: what is taken from it, what is not, and what that allows to be said. */

import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { folders } from "../../test/support/folders.js";
import { arraysOf } from "../../test/support/tiny.js";
import { createDataset, type Dataset } from "../data/index.js";
import { evaluate } from "../evaluate/index.js";
import type { Model } from "../model/index.js";
import { type MetaTrainOptions, metaTrain } from "./index.js";

const folder = folders();
const data = tinyDataset();
const train = (rest: Partial<MetaTrainOptions>) =>
  metaTrain({ data, train: { steps: 3, metaBatch: 1, learningRate: 0.01 }, threads: 2, ...rest }).model();
/** As training would begin. */
const still = { steps: 0 };
const supervised = { name: "supervised", batchSize: 8 } as never;

let source: Model;
beforeAll(async () => {
  source = await train({ learner: supervised, width: 4, fusion: "concatenation", withUnimodal: true });
});

const paramsOf = ({ weights }: Model) => new Map(arraysOf(weights.params));

it("begins with the encoders, their averages and the fusion, and takes their choice over", async () => {
  const model = await train({ from: source, learner: "baseline++" as never, train: still });
  const { width, fusion, encoders } = source.card.recipe;
  expect(model.card.recipe).toMatchObject({ width, fusion, encoders, learner: { name: "baseline++" } });
  expect(model.card.training).toMatchObject({ steps: 0, selectedStep: 0, validation: { way: 3 } });
  const own = paramsOf(source);
  const network = [...paramsOf(model)].filter(([path]) => path.startsWith("network"));
  expect(network.length).toBeGreaterThan(10);
  for (const [path, { data: values }] of network) expect(values, path).toEqual(own.get(path)!.data);
  const before = new Map(arraysOf(source.weights.state));
  for (const [path, { data: values }] of arraysOf(model.weights.state))
    expect(values, path).toEqual(before.get(path)!.data);
});

it("goes on with a run of no steps, judged already", async () => {
  const runFolder = join(folder({}), "run");
  const whole = await train({ from: source, train: still, runFolder });
  const again = metaTrain({ data, from: source, train: still, threads: 2, runFolder, resume: true });
  const said: string[] = [];
  for await (const { type } of again) said.push(type);
  expect(said).toEqual(["start", "done"]);
  const { weights, card } = await again.model();
  expect(weights).toEqual(whole.weights);
  expect(card.training).toEqual(whole.card.training);
});

it("takes a modality's encoder alone where it has fewer, and each alone from the one trained alone", async () => {
  const alone = await train({ from: source, modalities: ["strokes"], train: still });
  const encoder = "network.encoders.strokes.blocks.0.weight";
  expect(paramsOf(alone).get(encoder)!.data).toEqual(paramsOf(source).get(encoder)!.data);
  const both = await train({ from: source, withUnimodal: true, train: still });
  expect(paramsOf(both.alone.strokes).get(encoder)!.data).toEqual(
    paramsOf(source.alone.strokes).get(encoder)!.data,
  );
  expect(paramsOf(both).get(encoder)!.data).not.toEqual(paramsOf(both.alone.strokes).get(encoder)!.data);
  const bare = await train({ from: both, train: still });
  await expect(train({ from: bare, withUnimodal: true })).rejects.toThrow(/has none of image alone/);
});

it("begins anew with a modality that the model lacks, alone too", async () => {
  const extended = { data: renamed(), modalities: ["image", "drawn"], train: still };
  const model = await train({ ...extended, from: source, withUnimodal: true });
  const encoder = (name: string) => `network.encoders.${name}.blocks.0.weight`;
  const bare = paramsOf(await train({ ...extended, width: 4 }));
  expect(paramsOf(model).get(encoder("image"))!.data).toEqual(paramsOf(source).get(encoder("image"))!.data);
  for (const one of [model, model.alone.drawn])
    expect(paramsOf(one).get(encoder("drawn"))!.data).toEqual(bare.get(encoder("drawn"))!.data);
  expect(Object.keys(model.weights.state as object).sort()).toEqual(["drawn", "image"]);
});

it.each<[string, Partial<MetaTrainOptions>, RegExp]>([
  ["another width", { width: 8 }, /field "width": it is 8; expected 4, as in the model/],
  ["another encoder", { encoders: { image: { name: "mlp" } } as never }, /image/],
])("refuses %s", async (_, rest, message) => {
  await expect(train({ from: source, ...rest })).rejects.toThrow(message);
});

/** The data with its strokes under another name. */
function renamed(): Dataset {
  const examples = data.rows.map(({ label, split, values: { strokes, ...others } }) => ({
    label,
    split,
    ...others,
    ...(strokes === undefined ? {} : { drawn: strokes }),
  }));
  return createDataset({
    name: "renamed",
    examples,
    modalities: { image: { kind: "image", size: 16 }, drawn: { kind: "strokes", points: 16 } },
  });
}

it("may not be evaluated on what the model before it was trained on", async () => {
  const others = {
    ...data,
    rows: data.rows
      .filter(({ split }) => split !== "train")
      .map((row) => ({ ...row, split: row.split === "test" ? ("train" as const) : row.split })),
  };
  const model = await train({ from: source, data: others, train: still });
  expect(model.card.classes.seen).toEqual(source.card.classes.train);
  const seen = {
    ...data,
    rows: data.rows
      .filter(({ split }) => split === "train")
      .map((row) => ({ ...row, split: "test" as const })),
  };
  await expect(evaluate(model, { data: seen, way: 2 })).rejects.toThrow(/is in another split of the model/);
});

it("holds out no rows that the model before it was trained on", async () => {
  const undeclared = { ...data, rows: data.rows.map((row) => ({ ...row, split: undefined })) };
  const closed = { data: undeclared, learner: supervised, closed: true, train: still };
  const first = await train({ ...closed, width: 4, seed: 1 });
  expect((await train({ ...closed, from: first, seed: 1 })).card.held).toEqual(first.card.held);
  await expect(train({ ...closed, from: first, seed: 2 })).rejects.toThrow(/the row is held out here/);
});
