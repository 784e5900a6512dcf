/** What planning says of values that it changes visibly: sizes, lengths, frames, n-grams. */

import sharp from "sharp";
import { expect, it } from "vitest";
import { modalities } from "./index.js";

const notesOf = async (kind: keyof typeof modalities, values: unknown[], options = {}) => {
  const notes: string[] = [];
  const samples = values.map((value) => ({ value, where: "here" }));
  await modalities[kind].plan(samples, options, "card", (text) => notes.push(text));
  return notes;
};
const pixels = (width: number, height: number) => ({
  width,
  height,
  channels: 1,
  data: new Uint8Array(width * height),
});
const sound = (seconds: number, rate = 16_000) => ({
  sampleRate: rate,
  samples: Float32Array.from({ length: Math.round(seconds * rate) }, (_, i) => Math.sin(i)),
});

it.each([
  ["image", [pixels(20, 20), pixels(20, 20)], {}, []],
  ["image", [pixels(20, 20), pixels(90, 100)], { size: 32 }, []],
  [
    "image",
    [pixels(20, 20), pixels(90, 100)],
    {},
    [
      "images of 20 × 20 to 90 × 100 pixels are scaled to 32 × 32, padded, not cropped; `size` in dataset.json sets another",
    ],
  ],
  [
    "image",
    [pixels(100, 100)],
    {},
    [
      "images of 100 × 100 pixels are scaled to 32 × 32, padded, not cropped; `size` in dataset.json sets another",
    ],
  ],
  ["audio", [sound(1), sound(4)], {}, []],
  ["audio", [sound(12)], { seconds: 4 }, []],
  [
    "audio",
    [sound(8)],
    {},
    ["sounds of 8 s have 256 frames of 31.3 ms instead of 16; `hop` in dataset.json sets them"],
  ],
  [
    "audio",
    [sound(1), sound(12)],
    { hop: 16 },
    ["of sounds of up to 12 s, the middle 10 s are used; `seconds` in dataset.json sets more"],
  ],
  ["text", ["a few words"], {}, []],
  [
    "text",
    [Array.from({ length: 400 }, (_, i) => i * i).join(" ")],
    {},
    [
      expect.stringMatching(
        /^of a text's n-grams, up to [\d,]+, the 256 of largest weight are used; `features` in dataset.json/,
      ),
    ],
  ],
  ["text", [Array.from({ length: 400 }, (_, i) => i * i).join(" ")], { features: 256 }, []],
] as const)("%s %#", async (kind, values, options, notes) => {
  expect(await notesOf(kind, [...values], options)).toEqual(notes);
});

it("says that of several frames the first is used", async () => {
  const frames = Buffer.concat([Buffer.alloc(300, 0), Buffer.alloc(300, 255)]);
  const raw = { width: 10, height: 20, channels: 3, pageHeight: 10 } as const;
  const gif = await sharp(frames, { raw }).gif().toBuffer();
  const still = await sharp(frames.subarray(0, 300), { raw: { width: 10, height: 10, channels: 3 } })
    .gif()
    .toBuffer();
  expect(await notesOf("image", [gif, still, pixels(10, 10)])).toEqual([
    "1 of 3 images looked at have several frames or pages; the first is used",
  ]);
  expect(await notesOf("image", [still])).toEqual([]);
});
