/** Exports of taught tasks predict what the tasks predict, from the vectors of their encoders. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { float32 } from "../../src/base/array.js";
import { openDataset } from "../../src/data/index.js";
import { rawVectors } from "../../src/modality/builtin/index.js";
import { teach } from "../../src/teach/teach.js";
import { runPlain } from "../../test/support/plain-onnx.js";
import { checkedDifferences, noPython } from "../../test/support/python.js";
import { exportOnnx } from "./export-onnx.js";

const root = mkdtempSync(join(tmpdir(), "metamodal-taught-"));
afterAll(() => rmSync(root, { recursive: true }));

it("predicts pictures as the task, from the outputs of the encoders", async () => {
  const task = await teach(await openDataset("datasets/emoji/fruit"));
  const out = join(root, "fruit");
  const { files, notes } = await exportOnnx(task, { out });
  expect(notes).toEqual([expect.stringContaining("no adapt.onnx")]);
  expect(files.map(({ name }) => name)).toContain("encoders/image.onnx");
  for (const { difference = 0 } of files) expect(difference).toBeLessThan(1e-4);
  const folder = "datasets/emoji/new";
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".png"))) {
    const value = readFileSync(join(folder, name));
    const [vectors] = await rawVectors("image", [{ value, where: name }]);
    const inputs = Object.entries(vectors).flatMap(([encoder, vector]) => [
      [`query_image_${encoder}`, float32(vector, [1, vector.length])],
      [`query_image_${encoder}_present`, float32([1], [1])],
    ]);
    const results = await runPlain(join(out, "predict.onnx"), Object.fromEntries(inputs));
    const { probabilities = {}, unknown } = await task.predict({ image: value });
    for (const [k, p] of Object.values(probabilities).entries())
      expect(results.probabilities.data[k]).toBeCloseTo(p, 4);
    expect(results.unknown.data[0]).toBe(Number(unknown));
  }
  // With more examples the regression is curved. The export takes the place of the other, with the folder of encoders.
  await task.add(await openDataset("datasets/emoji/more"));
  const again = await exportOnnx(task, { out, static: true, queries: 1 });
  expect(again.capacity).toEqual({ way: 7, shot: 0, support: 0, queries: 1 });
  for (const { difference = 0 } of again.files) expect(difference).toBeLessThan(1e-4);
});

const texts = ["sweet and red", "sour and yellow", "long and green", "round and orange"];

it.each([
  ["classes of texts and drawings", (k: number) => ({ label: `class ${k % 2}` })],
  ["numbers", (k: number) => ({ label: 2.5 * k - 3 })],
])("predicts %s", async (name, labelOf) => {
  const examples = Array.from({ length: 8 }, (_, i) => ({
    ...labelOf(i),
    text: `${texts[i % 4]} fruit ${i}`,
    ...(i % 3 > 0 && {
      drawing: [
        [
          [0, i],
          [3, 1 + i],
          [5, (i * 7) % 5],
        ],
      ],
    }),
    size: [i, i % 3],
  }));
  const task = await teach(examples as never);
  const out = join(root, name.replaceAll(" ", "-"));
  const { files, notes } = await exportOnnx(task, { out });
  for (const { difference = 0 } of files) expect(difference).toBeLessThan(1e-4);
  expect(notes[0]).toMatch(/^modality size: left out/);
  const page = readFileSync(join(out, "README.md"), "utf8");
  expect(page).toContain("`weights_drawing`, `weights_text`");
  expect(page).not.toContain("weights_size");
});

it("names modalities apart whose names have no letters of ASCII", async () => {
  const examples = texts.map((text, i) => ({ label: `class ${i % 2}`, 写真: text, 音声: `${text} ${i}` }));
  const task = await teach(examples as never);
  const { files } = await exportOnnx(task, { out: join(root, "words") });
  for (const { difference = 0 } of files) expect(difference).toBeLessThan(1e-4);
  const page = readFileSync(join(root, "words", "README.md"), "utf8");
  expect(page).toContain("`weights___`, `weights____2`");
});

it("refuses a task of vectors only", async () => {
  const task = await teach([0, 1, 2, 3].map((k) => ({ label: `class ${k % 2}`, size: [k % 2, k] })));
  await expect(exportOnnx(task, { out: join(root, "vectors") })).rejects.toMatchObject({
    code: "export/no-builtin",
  });
});

it.skipIf(noPython)(`in Python ${noPython ?? ""}`, () => {
  const folders = readdirSync(root).map((name) => join(root, name));
  for (const [file, difference] of Object.entries(checkedDifferences(folders)))
    expect(difference, file).toBeLessThan(1e-4);
});

it("predicts texts among many classes, with the expert of both encoders", async () => {
  const words = ["play", "stop", "find", "send", "read", "open", "close", "book"];
  const things = [
    "music",
    "a door",
    "the news",
    "my letter",
    "a table",
    "that film",
    "the lamp",
    "some food",
  ];
  const examples = words.flatMap((word) =>
    things.flatMap((thing) =>
      ["please", "now"].map((more) => ({ label: `${word} ${thing}`, text: `${word} ${thing} ${more}` })),
    ),
  );
  const task = await teach(examples);
  expect(Object.keys(task.experts)).toContain("text/joint");
  const { files, notes } = await exportOnnx(task, { out: join(root, "intents") });
  expect(notes).toEqual([expect.stringContaining("no adapt.onnx")]);
  for (const { difference = 0 } of files) expect(difference).toBeLessThan(1e-4);
});
