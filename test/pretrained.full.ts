/** Frozen pretrained encoders from data to prediction: a head is trained on embeddings, and what is given is always raw. */

import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { random } from "../src/base/random.js";
import { type Dataset, openDataset } from "../src/data/index.js";
import { evaluate } from "../src/evaluate/index.js";
import { type FrozenSpec, isFrozen } from "../src/modality/index.js";
import { encoderOf } from "../src/modality/pretrained/encoder.js";
import { loadModel, loadTask, type Model } from "../src/model/index.js";
import { type MetaTrainOptions, metaTrain } from "../src/train/index.js";
import { jsonLines, metamodal } from "./support/cli.js";
import { type Files, folders, jsonl } from "./support/folders.js";
import { imageModel, textFolder } from "./support/onnx.js";

const cache = mkdtempSync(join(tmpdir(), "metamodal-embeddings-"));
const folder = folders();
const classes = 15;
const each = 6;
const colours = ["red", "green", "blue", "dark", "light"];
const shapes = ["round", "flat", "thing"];

/** A photo of a class: its own pattern, and noise. */
async function photo(label: number, i: number): Promise<Uint8Array> {
  const [own, noise] = [random(label, "pattern"), random(label, "noise", i)];
  const data = Uint8Array.from({ length: 192 }, () => 60 + 120 * own.uniform() + 70 * noise.uniform());
  return new Uint8Array(
    await sharp(data, { raw: { width: 8, height: 8, channels: 3 } })
      .png()
      .toBuffer(),
  );
}

let files: Record<string, string | Uint8Array>;
let path: string;
let data: Dataset;
let model: Model;
let models: string;

const encoders = (): MetaTrainOptions["encoders"] => ({
  image: { name: "pretrained", model: join(models, "vision.onnx"), hidden: [16] },
  caption: { name: "pretrained", model: join(models, "text"), hidden: [16] },
});
const train = (rest: Partial<MetaTrainOptions> = {}) =>
  metaTrain({
    data,
    encoders: encoders(),
    width: 8,
    episode: { way: 3, shot: 1, query: 3 },
    train: { steps: 20, metaBatch: 2, evalEvery: 20, evalEpisodes: 10 },
    threads: 2,
    ...rest,
  }).model();
const specOf = (of: Model, name: string) => {
  const spec = of.card.modalities[name];
  if (!isFrozen(spec)) throw new Error(`${name} is not frozen`);
  return spec;
};
const runsOf = async ({ frozen }: FrozenSpec) => (await encoderOf(frozen, {} as never, "test")).runs;

beforeAll(async () => {
  process.env.METAMODAL_CACHE = cache;
  files = {};
  const rows: object[] = [];
  for (let label = 0; label < classes; label++)
    for (let i = 0; i < each; i++) {
      const image = `photos/${label}-${i}.png`;
      files[image] = await photo(label, i);
      const caption = `a ${colours[label % 5]} ${shapes[i % 2]} of ${shapes[label % 3]}`;
      // Some rows lack one of the two.
      rows.push({
        id: `${label}-${i}`,
        label: `class ${label}`,
        split: label < 9 ? "train" : label < 12 ? "val" : "test",
        ...(i !== 1 && { image_file_name: image }),
        ...(i !== 2 && { caption }),
      });
    }
  files["metadata.jsonl"] = jsonl(...rows);
  path = folder(files as Files);
  const text = Object.entries(textFolder()).map(([name, content]) => [`text/${name}`, content]);
  models = folder({ "vision.onnx": imageModel(8), ...Object.fromEntries(text) });
  data = await openDataset(path);
  model = await train({ withUnimodal: true });
});
afterAll(() => rmSync(cache, { recursive: true }));

it("meta-trains a fused head on vectors, and embeds each value of train and validation once", async () => {
  const [image, caption] = ["image", "caption"].map((name) => specOf(model, name));
  expect([image.kind, image.shape, caption.kind, caption.shape]).toEqual(["image", [6], "text", [7]]);
  const used = data.rows.filter(({ split }) => split !== "test");
  const distinct = (name: string) =>
    new Set(used.flatMap(({ values }) => (name in values ? [values[name]] : [])));
  expect(await runsOf(image)).toBe(distinct("image").size);
  expect(await runsOf(caption)).toBe(distinct("caption").size);
  // Trained again, nothing is embedded, and the model is the same to the byte.
  const again = await train({ withUnimodal: true, threads: 1 });
  expect(again.hash).toBe(model.hash);
  expect(await runsOf(image)).toBe(distinct("image").size);
});

it("predicts the same from raw photos and texts when it was saved and loaded, with modalities missing", async () => {
  const at = join(folder({ a: "" }), "my.model");
  await model.save(at);
  const loaded = await loadModel(at, { threads: 2 });
  expect(loaded.hash).toBe(model.hash);
  const support = [9, 10, 11].map(async (label) => ({ label: `c${label}`, image: await photo(label, 20) }));
  const examples = [
    { image: await photo(9, 30), caption: "a light thing" },
    { image: await photo(10, 30) },
    { caption: "red thing" },
  ];
  const predict = async (of: Model) => (await of.adapt(await Promise.all(support))).predictAll(examples);
  const predicted = await predict(model);
  expect(await predict(loaded)).toEqual(predicted);
  expect(predicted.map(({ weights }) => Object.keys(weights))).toEqual([
    ["image", "caption"],
    ["image"],
    ["caption"],
  ]);
  const task = await loaded.adapt(await Promise.all(support));
  await task.save(join(at, "../my.task"));
  expect(await (await loadTask(join(at, "../my.task"), { threads: 2 })).predictAll(examples)).toEqual(
    predicted,
  );
});

it("is evaluated on unseen classes, each modality alone and missing too", async () => {
  const { rows } = await evaluate(model, { data, way: 3, shot: 1, query: 3, episodes: 20 });
  const kinds = rows.map(({ kind }) => kind);
  for (const kind of ["fused", "alone", "query-missing", "support-missing", "untrained"])
    expect(kinds).toContain(kind);
  const [{ accuracy }] = rows;
  expect(accuracy).toBeGreaterThan(0.45); // chance is a third
});

it("starts from such a model, and reads labels by the frozen encoder of texts", async () => {
  const from = await train({ from: model, encoders: undefined, learner: { name: "ridge" } as never });
  expect(from.card.modalities).toEqual(model.card.modalities);
  const prior = await train({ fusion: "am3" });
  expect(prior.definition.labelTextSpec()).toEqual(specOf(prior, "caption"));
});

it("says what is gone or changed, and looks for the files in the model's folder too", async () => {
  const at = join(folder({ a: "" }), "my.model");
  await model.save(at);
  const run = (...args: string[]) => metamodal(args, { cwd: path });
  const asking = ["adapt", at, "--support", path, "--out", join(at, "../x.task")];
  const vision = join(models, "vision.onnx");
  renameSync(vision, `${vision}.away`);
  try {
    const gone = await run(...asking);
    expect(gone.code).toBe(2);
    expect(gone.stderr).toMatch(
      /modality "image": its pretrained encoder is missing: .*vision\.onnx; expected vision\.onnx there, or in .*pretrained\/image/,
    );
    writeFileSync(vision, imageModel(8, "last"));
    const changed = await run(...asking);
    expect(changed.code).toBe(2);
    expect(changed.stderr).toMatch(
      /vision\.onnx is not the file that the model was trained with; expected the one whose SHA-256/,
    );
    rmSync(vision);
    const beside = folder({ "pretrained/image/vision.onnx": imageModel(8) });
    await model.save(join(beside, "../beside.model"));
    renameSync(join(beside, "pretrained"), join(beside, "../beside.model/pretrained"));
    expect(
      (await run("adapt", join(beside, "../beside.model"), "--support", path, "--out", join(at, "../x.task")))
        .code,
    ).toBe(0);
  } finally {
    renameSync(`${vision}.away`, vision);
  }
});

it("is all there on the command line: a recipe beside the models, predictions elsewhere", async () => {
  const recipe = `data: ${path}
encoders:
  image: { name: pretrained, model: ./vision.onnx, hidden: [16] }
  caption: { name: pretrained, model: text }
width: 8
episode: { way: 3, query: 3 }
train: { steps: 20, metaBatch: 2, evalEpisodes: 10 }
`;
  writeFileSync(join(models, "recipe.yaml"), recipe);
  const home = folder({ "photo.png": await photo(12, 40) });
  const run = async (...args: string[]) => {
    const outcome = await metamodal(args, { cwd: home });
    expect(outcome.stderr + outcome.stdout, args.join(" ")).not.toMatch(/error|Error/);
    expect(outcome.code, outcome.stderr).toBe(0);
    return outcome;
  };
  await run("train", join(models, "recipe.yaml"), "--out", "my.model", "--threads", "2");
  const before = readdirSync(join(cache, "embeddings"), { recursive: true }).length;
  const out = await run("evaluate", "my.model", "--data", path, "--way", "3", "--episodes", "10", "--json");
  expect(JSON.parse(out.stdout).rows[0].kind).toBe("fused");
  expect(readdirSync(join(cache, "embeddings"), { recursive: true }).length).toBe(before); // embedded above
  await run("adapt", "my.model", "--support", path, "--out", "my.task");
  const [prediction] = jsonLines((await run("predict", "my.task", "--input", "photo.png", "--json")).stdout);
  expect(prediction.weights).toEqual({ image: 1 });
  expect(Object.keys(prediction.probabilities).length).toBe(9); // adapt learns from train rows
  const card = JSON.parse(readFileSync(join(home, "my.model/model.json"), "utf8"));
  expect(card.recipe.encoders.caption.model).toBe(join(models, "text"));
});

it.each<[string, object, RegExp]>([
  [
    "a pretrained encoder without a model",
    { image: { name: "pretrained" } },
    /field "encoders\.image\.model"|encoders\.image/,
  ],
  [
    "one of strokes' kind",
    { image: "sequence" },
    /sequence encodes strokes, this modality is image; expected conv4 or resnet/,
  ],
  [
    "a file that is no model",
    { image: { name: "pretrained", model: "package.json" } },
    /package\.json: ONNX Runtime cannot load it/,
  ],
])("refuses %s", async (_, chosen, message) => {
  await expect(train({ encoders: chosen as never })).rejects.toThrow(message);
});
