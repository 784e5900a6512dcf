/** Every encoder of the table trains a step at sizes from the least to the largest, and second-order learners where they may differ. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { encoders } from "../src/encoder/index.js";
import {
  imageOf,
  type Sized,
  soundOf,
  strokesOf,
  tableOf,
  textOf,
  trainOneStep,
  vectorOf,
} from "./support/sizes.js";

const sizes: readonly Sized[] = [
  ...(["conv4", "resnet"] as const).flatMap((encoder) =>
    [
      [8, 8],
      [9, 15],
      [16, 17],
      [33, 28],
      [64, 64],
      [65, 64],
      [84, 84],
      [97, 61],
      [128, 96],
      [224, 224],
      [223, 160],
    ].map(([height, width]) => imageOf(height, width, height % 2 ? 1 : 3, encoder)),
  ),
  ...[0.05, 0.3, 1, 1.6, 1.7, 3, 4.1, 10, 30].map((seconds) => soundOf(seconds)),
  ...[8000, 44_100].map((rate) => soundOf(5, rate)),
  soundOf(30, 16_000, { hop: 16 }),
  ...[1, 2, 7, 300, 5000, 100_000].map(textOf),
  ...(["tabular", "columns"] as const).flatMap((name) =>
    [1, 2, 30, 200, 2000].map((columns) => tableOf(columns, name)),
  ),
  ...[1, 2, 30, 200, 2000].map((columns) => tableOf(columns, "ft-transformer")),
  ...(["mlp", "linear"] as const).flatMap((name) =>
    [1, 2, 64, 513, 4096].map((length) => vectorOf(length, name)),
  ),
  ...[1, 2, 3, 64, 500, 10_000].map((points) => strokesOf(points)),
  ...[2, 3, 17, 4096].map((points) => strokesOf(10_000, { points })),
];

const lossOf = async (...args: Parameters<typeof trainOneStep>) =>
  (await trainOneStep(...args)).flatMap((event) => (event.type === "step" ? [event.loss] : []));

it("has every encoder of the table but those of frozen models", () => {
  const usual = { audio: "spectrogram", text: "ngrams", strokes: "sequence" } as Record<string, string>;
  const swept = new Set(sizes.map(({ kind, encoder }) => encoder ?? usual[kind]));
  const all = Object.values(encoders).flatMap(({ name, embeddings }) => (embeddings ? [] : [name]));
  expect(all.filter((name) => !swept.has(name))).toEqual([]);
});

it.each(sizes)("trains on $kind, $size, by $encoder", async (sized) => {
  const losses = await lossOf(sized);
  expect(losses).toHaveLength(1);
  expect(losses[0]).toSatisfy(Number.isFinite);
}, 600_000);

const differing = [
  imageOf(8, 8, 1),
  imageOf(33, 28, 3),
  imageOf(84, 84, 3),
  soundOf(2),
  strokesOf(500, { points: 512 }),
];
it.each(
  differing.flatMap((sized) => ["maml", "fomaml", "ridge"].map((learner) => ({ ...sized, sized, learner }))),
)("trains by $learner on $kind, $size", async ({ sized, learner }) => {
  const [loss] = await lossOf(sized, { name: learner, ...(learner !== "ridge" && { innerSteps: 2 }) });
  expect(loss).toSatisfy(Number.isFinite);
}, 600_000);

it("trains on images of random sizes", async () => {
  const side = fc.integer({ min: 4, max: 130 });
  const images = fc.tuple(
    side,
    side,
    fc.constantFrom(1 as const, 3 as const),
    fc.constantFrom("conv4", "resnet"),
  );
  await fc.assert(
    fc.asyncProperty(images, async ([height, width, channels, encoder]) => {
      const [loss] = await lossOf(imageOf(height, width, channels, encoder));
      return Number.isFinite(loss);
    }),
    { numRuns: 12, seed: 17 },
  );
}, 900_000);
