import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folders } from "../../../test/support/folders.js";
import {
  drawn,
  imageModel,
  onnxFile,
  type Port,
  placesModel,
  soundModel,
  textFolder,
  textModel,
} from "../../../test/support/onnx.js";
import { Media } from "../modality.js";
import { EmbeddingCache } from "./cache.js";
import { FrozenEncoder } from "./encoder.js";
import { image } from "./image.js";
import { frozenModality, planFrozen, standardised } from "./index.js";
import { pooled } from "./pool.js";
import { text } from "./text.js";

const cache = mkdtempSync(join(tmpdir(), "metamodal-embeddings-"));
beforeAll(() => {
  process.env.METAMODAL_CACHE = cache;
});
afterAll(() => rmSync(cache, { recursive: true }));
const folder = folders();

const within = (name: string, files: Record<string, string | Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${name}/${path}`, content]));

/** Pixels that say where they are. */
const picture = (width: number, height: number) => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256),
});
const plan = (kind: string, model: string, options: object = {}, value: unknown = picture(8, 8)) =>
  planFrozen(
    kind,
    [{ value, where: "row 1" }],
    { model, pooling: "mean", ...options },
    'recipe, field "encoders.x"',
  );
type Spec = Awaited<ReturnType<typeof plan>>;
const embed = async (spec: Spec, value: unknown) => [...(await frozenModality.encode(value, spec, "row 2"))];
/** What an encoder in a new process would do. */
const afresh = ({ frozen, kind }: Spec, at: string) =>
  new FrozenEncoder(frozen, at, kind === "text" ? (text as never) : (image as never));
const close = (actual: readonly number[], expected: readonly number[]) => {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs(actual[i] - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
};

describe("a frozen encoder of images", () => {
  const weight = drawn({ name: "weight", shape: [192, 6] });
  const product = (x: readonly number[]) =>
    Array.from({ length: 6 }, (_, k) => x.reduce((sum, value, i) => sum + value * weight[i * 6 + k], 0));
  const { data } = picture(8, 8);
  const planes = Array.from({ length: 192 }, (_, i) => data[(i % 64) * 3 + Math.floor(i / 64)] / 255);
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const channel = (i: number) => Math.floor(i / 64);

  it.each<[string, Uint8Array, object, number[]]>([
    [
      "[1, 3, H, W], ImageNet's scale",
      imageModel(8),
      {},
      planes.map((x, i) => (x - mean[channel(i)]) / std[channel(i)]),
    ],
    ["[1, 3, H, W], scaled −1 to 1", imageModel(8), { scale: "centred" }, planes.map((x) => 2 * x - 1)],
    [
      "[1, H, W, 3], a scale of its own",
      imageModel(8, "last"),
      { scale: { mean: [0, 0, 0.5], std: [1, 1, 2] } },
      [...data].map((x, i) => (i % 3 === 2 ? (x / 255 - 0.5) / 2 : x / 255)),
    ],
    ["bytes", imageModel(8, "last", "uint8"), {}, [...data]],
  ])("feeds %s", async (_, onnx, options, x) => {
    const path = folder({ "m.onnx": onnx });
    close(await embed(await plan("image", join(path, "m.onnx"), options), picture(8, 8)), product(x));
  });

  it("takes free axes at the size asked, and the mean over places", async () => {
    const path = join(folder({ "m.onnx": placesModel() }), "m.onnx");
    const kernel = drawn({ name: "kernel", shape: [5, 3, 1, 1] });
    const spec = await plan("image", path, { size: [4, 6], scale: "unit" });
    const means = [0, 1, 2].map((c) => {
      const own = Array.from({ length: 24 }, (_, i) => picture(6, 4).data[3 * i + c] / 255);
      return own.reduce((a, b) => a + b) / 24;
    });
    const expected = Array.from({ length: 5 }, (_, k) =>
      means.reduce((sum, m, c) => sum + m * kernel[3 * k + c], 0),
    );
    close(await embed(spec, picture(6, 4)), expected);
  });

  it("reads preprocessor_config.json: sizes, the middle cut out, and the scale", async () => {
    const config = {
      do_center_crop: true,
      size: { shortest_edge: 16 },
      crop_size: { height: 8, width: 8 },
      image_mean: [0, 0, 0],
      image_std: [1, 1, 1],
    };
    const path = folder({
      "onnx/model.onnx": placesModel(),
      "preprocessor_config.json": JSON.stringify(config),
    });
    const spec = await plan("image", path);
    expect(spec.frozen.input).toMatchObject({
      height: 8,
      width: 8,
      shorter: 16,
      fit: "crop",
      std: [1, 1, 1],
    });
    // The middle of a picture with a border of another colour is what is seen.
    const middle = { input: { create: { width: 16, height: 16, channels: 3, background: "#f00" } } } as const;
    const base = { create: { width: 32, height: 32, channels: 3, background: "#00f" } } as const;
    const png = await sharp(base)
      .composite([{ ...middle, left: 8, top: 8 }])
      .png()
      .toBuffer();
    const red = {
      width: 8,
      height: 8,
      channels: 3,
      data: Uint8Array.from({ length: 192 }, (_, i) => (i % 3 ? 0 : 255)),
    };
    const [seen, whole] = [await embed(spec, new Uint8Array(png)), await embed(spec, red)];
    for (const [k, value] of whole.entries()) expect(Math.abs(seen[k] - value)).toBeLessThan(0.1);
  });

  it("stretches where the configuration gives a height and a width, and obeys the recipe first", async () => {
    const config = JSON.stringify({ size: { height: 8, width: 8 }, do_normalize: false });
    const path = folder({ "model.onnx": placesModel(), "preprocessor_config.json": config });
    expect((await plan("image", path)).frozen.input).toMatchObject({
      fit: "stretch",
      mean: [0, 0, 0],
      height: 8,
    });
    const own = await plan("image", path, { fit: "pad", size: 12, scale: "imagenet" });
    expect(own.frozen.input).toMatchObject({ fit: "pad", height: 12, width: 12, mean });
  });

  it("sees encoded files, blobs and media alike", async () => {
    const path = join(folder({ "m.onnx": imageModel(8) }), "m.onnx");
    const { width, height, data } = picture(8, 8);
    const png = new Uint8Array(
      await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer(),
    );
    const spec = await plan("image", path);
    const expected = await embed(spec, picture(8, 8));
    for (const value of [png, new Blob([png]), new Media("a.png", async () => png)])
      expect(await embed(spec, value)).toEqual(expected);
  });
});

describe("a frozen encoder of texts", () => {
  const table = drawn({ name: "table", shape: [14, 7] });
  const meanOf = (ids: readonly number[]) =>
    Array.from({ length: 7 }, (_, k) => ids.reduce((sum, id) => sum + table[id * 7 + k], 0) / ids.length);

  it("takes the mean over its tokens, special ones too, in a folder of transformers.js's layout", async () => {
    const spec = await plan("text", folder(textFolder()), {}, "Red thing");
    expect(spec.frozen).toMatchObject({ output: "last_hidden_state", input: { tokens: 12 } });
    expect(Object.keys(spec.frozen.files)).toEqual([
      "onnx/model.onnx",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
    close(await embed(spec, "Red thing"), meanOf([2, 4, 11, 3]));
    close(await embed(spec, "unheard of"), meanOf([2, 1, 13, 3]));
  });

  it("is the same of an ONNX file in that folder, and with the first token alone where asked", async () => {
    const path = folder(textFolder());
    const spec = await plan("text", join(path, "onnx/model.onnx"), { pooling: "first" }, "red");
    close(await embed(spec, "red thing"), meanOf([2]));
  });

  it("cuts off long texts before the special token that ends them", async () => {
    const spec = await plan("text", folder(textFolder()), { tokens: 4 }, "red");
    close(await embed(spec, "red thing of a flat thing"), meanOf([2, 4, 11, 3]));
  });

  it("fills up texts for a model of one length, and passes over what it filled", async () => {
    const spec = await plan("text", folder(textFolder(9)), {}, "red");
    expect(spec.frozen.input).toMatchObject({ tokens: 9, padding: 0 });
    close(await embed(spec, "red thing"), meanOf([2, 4, 11, 3]));
  });
});

it("a frozen encoder of sound resamples, and takes the middle of what is too long", async () => {
  const path = join(folder({ "m.onnx": soundModel(64) }), "m.onnx");
  const wave = (n: number) => ({
    sampleRate: 8000,
    samples: Float32Array.from({ length: n }, (_, i) => Math.sin(i)),
  });
  const spec = await plan("audio", path, { rate: 8000 }, wave(64));
  const filters = drawn({ name: "filters", shape: [4, 1, 8] });
  const loudness = (x: Float32Array) =>
    Array.from({ length: 4 }, (_, k) => {
      const at = (place: number) =>
        Math.abs(
          Array.from({ length: 8 }, (_, i) => x[4 * place + i] * filters[8 * k + i]).reduce((a, b) => a + b),
        );
      return Array.from({ length: 15 }, (_, place) => at(place)).reduce((a, b) => a + b) / 15;
    });
  const long = wave(100);
  close(await embed(spec, long), loudness(long.samples.slice(18, 82)));
  const short = wave(30);
  const filled = new Float32Array(64);
  filled.set(short.samples);
  close(await embed(spec, short), loudness(filled));
  // Half the rate, twice the samples.
  const free = await plan(
    "audio",
    join(folder({ "m.onnx": soundModel("n") }), "m.onnx"),
    { rate: 16_000 },
    wave(400),
  );
  expect(free.frozen.input).toMatchObject({ rate: 16_000, fixed: false });
  const tone = (rate: number) => ({
    sampleRate: rate,
    samples: Float32Array.from({ length: rate / 10 }, (_, i) => Math.sin((2 * Math.PI * 200 * i) / rate)),
  });
  const [slow, fast] = [await embed(free, tone(8000)), await embed(free, tone(16_000))];
  for (const [k, value] of fast.entries()) expect(Math.abs(slow[k] - value)).toBeLessThan(0.05);
});

describe("pooled", () => {
  const result = (shape: number[]) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  });
  it("leaves out masked tokens, and knows where channels are", () => {
    expect([...pooled(result([1, 3, 2]), "mean", [1, 0, 1], false)!]).toEqual([2, 3]);
    expect([...pooled(result([1, 2, 2, 2]), "mean", undefined, false)!]).toEqual([1.5, 5.5]);
    expect([...pooled(result([1, 2, 2, 2]), "mean", undefined, true)!]).toEqual([3, 4]);
  });
  it("refuses several examples, and shapes without a vector", () => {
    for (const shape of [[2, 4], [1, 0], [], [1, 2, 2, 2, 2]].slice(0, 2).concat([[1, 2, 2, 2, 2]]))
      expect(pooled(result(shape), "mean", undefined, false)).toBeUndefined();
  });
});

it("standardised scales each dimension, and those that hardly vary by a tenth of the rest", async () => {
  const spec = { kind: "image", shape: [2], mean: [0, 0], std: [1, 1], frozen: {} } as never;
  const { mean, std } = standardised(spec, Float32Array.from([1, 5, 3, 5]));
  expect(mean).toEqual([2, 5]);
  expect(std[0]).toBeCloseTo(1, 12);
  expect(std[1]).toBeCloseTo(0.1 * Math.sqrt(0.5), 12);
  expect(standardised(spec, Float32Array.from([4, 5])).std).toEqual([1, 1]);
});

describe("embeddings are kept", () => {
  const filesIn = (path: string) =>
    (
      readdirSync(path, { recursive: true, withFileTypes: true }) as {
        name: string;
        parentPath: string;
        isFile(): boolean;
      }[]
    )
      .filter((entry) => entry.isFile() && entry.name !== "about.json")
      .map(({ name, parentPath }) => join(parentPath, name));
  const folderOf = (spec: Spec) => {
    const of = (name: string) =>
      JSON.parse(readFileSync(join(cache, "embeddings", name, "about.json"), "utf8"));
    const names = readdirSync(join(cache, "embeddings"));
    return join(cache, "embeddings", names.find((name) => of(name).model === spec.frozen.model)!);
  };

  it("so that each value is embedded once, by however many ask and whatever the process", async () => {
    const path = folder({ "m.onnx": imageModel(8) });
    const spec = await plan("image", join(path, "m.onnx"), { scale: "clip" });
    const first = afresh(spec, path);
    const values = [picture(8, 8), picture(9, 8), picture(9, 8), picture(10, 8)];
    const all = await Promise.all(values.map((value) => first.embed(value, "x")));
    expect(first.runs).toBe(2); // the plan embedded 8×8, and 9×8 is there twice
    expect(all[1]).toEqual(all[2]);
    const second = afresh(spec, path);
    expect(await Promise.all(values.map((value) => second.embed(value, "x")))).toEqual(all);
    expect(second.runs).toBe(0);
    expect(filesIn(folderOf(spec)).length).toBe(3);
  });

  it("and not mistaken for those of another value, another model or other options", async () => {
    const path = folder({
      "m.onnx": imageModel(8),
      "other.onnx": imageModel(8, "last"),
      ...within("t", textFolder()),
    });
    const spec = await plan("image", join(path, "m.onnx"), { scale: "unit" });
    const [own] = await Promise.all([embed(spec, picture(8, 8))]);
    const changed = picture(8, 8);
    changed.data[5]++;
    expect(await embed(spec, changed)).not.toEqual(own);
    expect(
      await embed(await plan("image", join(path, "m.onnx"), { scale: "clip" }), picture(8, 8)),
    ).not.toEqual(own);
    // The same path, other bytes.
    writeFileSync(join(path, "m.onnx"), imageModel(8, "last"));
    const other = await plan("image", join(path, "m.onnx"), { scale: "unit" });
    expect(await embed(other, picture(8, 8))).not.toEqual(own);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ["cut off", (bytes) => bytes.subarray(0, bytes.length - 4)],
    ["empty", () => Buffer.alloc(0)],
    [
      "changed by a bit",
      (bytes) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))),
    ],
    ["of zeros", (bytes) => Buffer.alloc(bytes.length)],
  ])("and computed again where a file is %s", async (how, damage) => {
    const path = folder({ "m.onnx": imageModel(8) });
    const spec = await plan("image", join(path, "m.onnx"), {
      fit: "pad",
      scale: { mean: [0, 0, 0], std: [1, 2, how.length] },
    });
    const expected = await embed(spec, picture(8, 8));
    const [file] = filesIn(folderOf(spec));
    const whole = readFileSync(file);
    writeFileSync(file, damage(whole));
    const again = afresh(spec, path);
    expect([...(await again.embed(picture(8, 8), "x"))]).toEqual(expected);
    expect(again.runs).toBe(1);
    expect(readFileSync(file)).toEqual(whole);
    expect(createHash("sha256").update(whole.subarray(32)).digest()).toEqual(whole.subarray(0, 32));
  });

  it("whole, by however many processes, and without anything left behind", async () => {
    const [one, other] = [new EmbeddingCache("shared", {}), new EmbeddingCache("shared", {})];
    const vector = Float32Array.from([1, -2, 3]);
    await Promise.all(Array.from({ length: 40 }, (_, i) => [one, other][i % 2].put("abcd", vector)));
    expect(await other.get("abcd")).toEqual(vector);
    expect(readdirSync(join(cache, "embeddings/shared"), { recursive: true }).sort()).toEqual([
      "ab",
      "ab/cd",
      "about.json",
    ]);
  });

  it("in a folder that can be written to, or there is one error", async () => {
    const path = folder({ "m.onnx": imageModel(8), occupied: "a file" });
    process.env.METAMODAL_CACHE = join(path, "occupied");
    await expect(plan("image", join(path, "m.onnx"), { fit: "stretch" })).rejects.toThrow(
      /occupied: embeddings cannot be kept there .*Set METAMODAL_CACHE/,
    );
    process.env.METAMODAL_CACHE = cache;
  });
});

describe("refuses, each by one InputError,", () => {
  const port = (name: string, type: Port["type"], ...shape: (number | string)[]): Port => ({
    name,
    type,
    shape,
  });
  const model = (...inputs: Port[]) =>
    onnxFile({
      inputs,
      outputs: [port("y", inputs[0].type, ...inputs[0].shape)],
      operators: [["Identity", [inputs[0].name], ["y"]]],
    });
  const image224 = port("x", "float32", 1, 3, 8, 8);

  it.each<[string, string, Uint8Array | string, object, RegExp]>([
    [
      "a file that is cut off",
      "image",
      imageModel(8).subarray(0, 900),
      {},
      /m\.onnx: ONNX Runtime cannot load it/,
    ],
    ["a file that is none", "image", "hello", {}, /m\.onnx: ONNX Runtime cannot load it/],
    ["an empty file", "image", "", {}, /m\.onnx: ONNX Runtime cannot load it/],
    [
      "vectors where images are meant",
      "image",
      model(port("x", "float32", 1, 9)),
      {},
      /inputs are x float32 \[1, 9\]; expected one input of images/,
    ],
    ["halves", "image", model(port("x", "float16", 1, 3, 8, 8)), {}, /x float16 .*float32 or uint8/],
    ["five channels", "image", model(port("x", "float32", 1, 5, 8, 8)), {}, /\[1, 5, 8, 8\]; expected/],
    ["a batch of four", "image", model(port("x", "float32", 4, 3, 8, 8)), {}, /\[4, 3, 8, 8\]; expected/],
    [
      "a second input",
      "image",
      model(image224, port("mask", "float32", 1)),
      {},
      /mask float32 \[1\]; expected one input/,
    ],
    [
      "images where texts are meant",
      "text",
      model(image224),
      {},
      /expected int64 \[1, tokens\] inputs: input_ids/,
    ],
    ["spectrograms", "audio", model(port("x", "float32", 1, 80, 300)), {}, /spectrograms are not run/],
    [
      "an output that it lacks",
      "image",
      imageModel(8),
      { output: "logits" },
      /encoders\.x"\.output: the model has no output "logits"; expected one of features/,
    ],
    ["an option of another kind", "image", imageModel(8), { tokens: 5 }, /there is no option "tokens"/],
    ["a bad value of an option", "image", imageModel(8), { size: 0 }, /size: the value is 0/],
  ])("%s", async (_, kind, onnx, options, message) => {
    const path = folder({ "m.onnx": onnx, ...textFolder() });
    await expect(
      plan(kind, join(path, "m.onnx"), options, kind === "text" ? "red" : picture(8, 8)),
    ).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringMatching(message),
    });
  });

  it("a model that fails at the value, and says at which", async () => {
    const onnx = onnxFile({
      inputs: [port("x", "float32", 1, 3, "h", "w")],
      outputs: [port("y", "float32", 1, 3)],
      operators: [["Reshape", ["x", "shape"], ["y"]]],
      constants: [{ name: "shape", shape: [2], values: [1, 3] }],
    });
    const path = join(folder({ "m.onnx": onnx }), "m.onnx");
    await expect(plan("image", path)).rejects.toThrow(
      /m\.onnx, given row 1: the model fails .*\. Choose another/,
    );
  });

  it("an output without a vector, and one that is not finite", async () => {
    const several = join(folder({ "m.onnx": model(port("x", "float32", "n", 3, 8, 8)) }), "m.onnx");
    expect((await plan("image", several)).shape).toEqual([3]);
    const infinite = onnxFile({
      inputs: [image224],
      outputs: [port("y", "float32", 1, 3, 8, 8)],
      operators: [
        ["Sub", ["x", "x"], ["zero"]],
        ["Div", ["x", "zero"], ["y"]],
      ],
    });
    const path = join(folder({ "m.onnx": infinite }), "m.onnx");
    await expect(plan("image", path)).rejects.toThrow(/output "y" is not finite/);
  });

  it.each<[string, string, RegExp]>([
    [
      "a path where nothing is",
      "./nothing.onnx",
      /no file or folder "\.\/nothing\.onnx"; expected an ONNX file/,
    ],
    [
      "an id that is not on this machine",
      "someone/some-model",
      /someone\/some-model is not on this machine; expected its files in .*Run npm install --ignore-scripts @huggingface\/transformers/,
    ],
  ])("%s", async (_, name, message) => {
    await expect(plan("image", name)).rejects.toThrow(message);
  });

  it("a folder without an ONNX file, or without the one named", async () => {
    const path = folder({ "readme.txt": "x", "onnx/odd.onnx": imageModel(8) });
    await expect(plan("image", path)).rejects.toThrow(
      /no ONNX file of a usual name.*onnx\/vision_model\.onnx/,
    );
    await expect(plan("image", path, { file: "onnx/other.onnx" })).rejects.toThrow(
      /has no onnx\/other\.onnx/,
    );
    expect((await plan("image", path, { file: "onnx/odd.onnx" })).shape).toEqual([6]);
  });

  it("a tokenizer that is missing or damaged, and a configuration that is no JSON", async () => {
    const only = join(folder({ "model.onnx": textModel() }), "model.onnx");
    await expect(plan("text", only, {}, "red")).rejects.toThrow(/tokenizer\.json: the file cannot be read/);
    const damaged = folder({ ...textFolder(), "tokenizer.json": "{" });
    await expect(plan("text", damaged, {}, "red")).rejects.toThrow(/tokenizer\.json: it cannot be used/);
    const config = folder({ ...textFolder(), "config.json": "{" });
    await expect(plan("text", config, {}, "red")).rejects.toThrow(/config\.json: it is not JSON/);
  });

  it("modalities of other kinds", async () => {
    await expect(plan("vector", "m.onnx")).rejects.toThrow(/of kind vector; expected image, text, audio/);
  });
});

it("finds a model id among the files kept for ids", async () => {
  const path = folder({
    ...within("models/someone/tiny", textFolder()),
    "models/someone/half/config.json": "{}", // as a download that was cut off leaves it
  });
  process.env.METAMODAL_CACHE = path;
  await expect(plan("text", "someone/half", {}, "red")).rejects.toThrow(/half is not on this machine/);
  const spec = await plan("text", "someone/tiny", {}, "red");
  expect(spec.frozen.model).toBe("someone/tiny");
  process.env.HF_HOME = folder(within("hub/models--someone--hub/snapshots/0123", textFolder()));
  expect((await plan("text", "someone/hub", {}, "red")).shape).toEqual([7]);
  delete process.env.HF_HOME;
  process.env.METAMODAL_CACHE = cache;
});
