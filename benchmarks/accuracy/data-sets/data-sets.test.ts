/** Every converter on small generated files in its data set's format: splits, groups, values and media. */

import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { type Dataset, inspectDataset, openDataset } from "../../../src/index.js";
import { decodePlainPng } from "../../../src/modality/image/png.js";
import type { Media } from "../../../src/modality/index.js";
import { type Files, folders } from "../../../test/support/folders.js";
import { encodePng, encodeWav } from "../files.js";
import { dataSets } from "./index.js";

const make = folders();
const out = mkdtempSync(join(tmpdir(), "metamodal-converted-"));
afterAll(() => rmSync(out, { recursive: true }));

const gzippedJson = (value: unknown) => gzipSync(JSON.stringify(value));

/** Convert the files, open the data folder, and read every media file. */
async function converted(name: string, files: Files): Promise<Dataset> {
  const set = dataSets.find((each) => each.name === name)!;
  await set.convert(make(files), join(out, name));
  const data = await openDataset(join(out, name));
  expect((await inspectDataset(data)).rows).toBe(data.rows.length); // throws if a media file cannot be read
  return data;
}

const readMedia = (value: unknown) => (value as Media).read();
const column = (data: Dataset, select: (row: Dataset["rows"][number]) => unknown) => data.rows.map(select);

it("includes clips whose word and speaker have the same split", async () => {
  const sound = Uint8Array.from([255, 0, 128, 127, ...Array(12).fill(200)]);
  const index = {
    sampleRate: 8000,
    samplesPerClip: 4,
    words: [
      { word: "nine", split: "test" },
      { word: "one", split: "train" },
    ],
    speakers: { s1: "train", s2: "test" },
    clips: [
      [0, "s2", 1],
      [0, "s1", 1],
      [1, "s1", 5],
      [1, "s2", 1],
    ],
  };
  const files = { "index.json": JSON.stringify(index), "audio8k.mulaw.gz": gzipSync(sound) };
  const data = await converted("arabic_speech_commands", files);
  expect(column(data, ({ id, split, group }) => [id, split, group])).toEqual([
    ["nine/s2/1", "test", "s2"],
    ["one/s1/5", "train", "s1"],
  ]);
  const wave = Buffer.from(await readMedia(data.rows[0].values.audio));
  const samples = [0, 1, 2, 3].map((i) => wave.readInt16LE(44 + 2 * i) / 32767);
  // 255 and 0 encode ±1; 128 and 127 are the values closest to 0.
  const step = (256 ** (1 / 255) - 1) / 255;
  expect(samples.slice(0, 2)).toEqual([1, -1]);
  expect(samples[2]).toBeCloseTo(step, 4);
  expect(samples[3]).toBeCloseTo(-step, 4);
});

it("groups emoji by vendor, and excludes the label from tags", async () => {
  const pixels = Uint8Array.from({ length: 3 * 32 * 32 * 3 }, (_, i) => i % 251);
  const text = { en: ["sad cat", "cat", "Sad cat", "pet", "cat food"], "en-emojilib": ["Sad", "tears"] };
  const index = {
    vendors: ["noto", "fluentflat", "fluent3d"],
    classes: [{ label: "sad cat", split: "test", text }],
    images: [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
  };
  const files = { "index.json.gz": gzippedJson(index), "images32.rgb.u8.gz": gzipSync(pixels) };
  const data = await converted("emoji", files);
  expect(column(data, ({ group }) => group)).toEqual(["noto", "fluent", "fluent"]);
  for (const name of ["tags", "sentence"])
    expect(column(data, ({ values }) => values[name])).toEqual(["pet, cat food", "tears", "tears"]);
  const png = await readMedia(data.rows[1].values.image);
  const size = { width: 32, height: 32, channels: 3 };
  expect(decodePlainPng(png)).toEqual({ ...size, data: pixels.slice(3072, 6144) });
});

it("labels icons by concept, as greyscale images", async () => {
  const pixels = Uint8Array.from({ length: 2 * 32 * 32 }, (_, i) => i % 256);
  const index = {
    vendors: [{ id: "a" }, { id: "b" }],
    classes: [{ concept: "house", split: "val" }],
    images: [
      [0, 1, "home"],
      [0, 0, "house"],
    ],
  };
  const data = await converted("icons", {
    "index.json": JSON.stringify(index),
    "images32.u8.gz": gzipSync(pixels),
  });
  expect(column(data, ({ label, split, group }) => [label, split, group])).toEqual([
    ["house", "val", "b"],
    ["house", "val", "a"],
  ]);
  const size = { width: 32, height: 32, channels: 1 };
  const png = await readMedia(data.rows[1].values.image);
  expect(decodePlainPng(png)).toEqual({ ...size, data: pixels.slice(1024) });
});

it("splits intents by domain, regardless of the original part of a text", async () => {
  const parts = { train: [["pay it", "pay"]], val: [["hello", "greet"]], test: [["pay me", "pay"]] };
  const data = await converted("clinc150", {
    "clinc150.json.gz": gzippedJson(parts),
    "fewshot_split.json": JSON.stringify({ intents: { train: ["greet"], val: [], test: ["pay"] } }),
  });
  for (const name of ["text", "sentence"])
    expect(column(data, ({ values }) => values[name])).toEqual(["pay it", "hello", "pay me"]);
  expect(column(data, ({ label, split, values }) => [label, split, values.text])).toEqual([
    ["pay", "test", "pay it"],
    ["greet", "train", "hello"],
    ["pay", "test", "pay me"],
  ]);
});

it("pairs the mask and the feature vectors of a leaf, and excludes the species with incomplete texture", async () => {
  const index = {
    samplesPerClass: 2,
    image: { h: 64 },
    features: {
      columns: [
        ["shape", 0, 2],
        ["margin", 2, 1],
      ],
    },
    classes: [
      { species: "Acer Campestre", split: "train" },
      { species: "Quercus Alba", split: "val" },
    ],
  };
  const vectors = Float32Array.from({ length: 12 }, (_, i) => i / 4);
  const data = await converted("leaf100", {
    "index.json": JSON.stringify(index),
    "images64.u8.gz": gzipSync(new Uint8Array(4 * 64 * 64).fill(255)),
    "features.f32.gz": gzipSync(new Uint8Array(vectors.buffer)),
  });
  expect(column(data, ({ id, split }) => [id, split])).toEqual([
    ["Quercus Alba/1", "val"],
    ["Quercus Alba/2", "val"],
  ]);
  expect(Object.keys(data.rows[0].values)).toEqual(["image", "contour", "margin"]);
  expect(data.rows[1].values).toMatchObject({ contour: [2.25, 2.5], margin: [2.75] });
});

it("makes every table a task, and validates on complete families", async () => {
  const tables = Array.from({ length: 10 }, (_, t) => ({
    name: `t${t}`,
    family: `f${t >> 1}`,
    split: t < 8 ? "train" : "test",
    X: [
      [t, 1],
      [t, 2],
    ],
    y: [0, 1],
  }));
  const data = await converted("pmlb_tasks", { "tasks.json.gz": gzippedJson(tables) });
  const splitOf = new Map(data.rows.map(({ group, split }) => [group!, split]));
  expect([splitOf.get("t8"), splitOf.get("t9")]).toEqual(["test", "test"]);
  const validationTables = [...splitOf].filter(([, split]) => split === "val").map(([name]) => name);
  expect(validationTables).toHaveLength(2);
  expect(Number(validationTables[0].slice(1)) >> 1).toBe(Number(validationTables[1].slice(1)) >> 1);
  expect(data.rows[3]).toMatchObject({ label: "1", groupIsTask: true, values: { table: { x1: 1, x2: 2 } } });
});

it("writes deterministic PNG files, and the sample rate of WAV files", async () => {
  const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const image = Uint8Array.from({ length: 64 }, (_, i) => i);
  expect(digest(await encodePng(image, 0, 8, 1))).toBe(digest(await encodePng(image, 0, 8, 1)));
  expect(encodeWav(Float32Array.of(0, 1, -1), 8000).readUInt32LE(24)).toBe(8000);
});
