/** The built-in encoders of images: what they take, and that an embedding depends on its image only. */

import sharp from "sharp";
import { expect, it } from "vitest";
import { goldenImages } from "../../../encoders/build/golden/image.js";
import { Media } from "../modality.js";
import { image } from "./image.js";

const raw = ({ pixels }: { pixels: Uint8Array }) => ({ width: 160, height: 160, channels: 3, data: pixels });
const png = (each: { pixels: Uint8Array }) =>
  sharp(each.pixels, { raw: { width: 160, height: 160, channels: 3 } })
    .png()
    .toBuffer();
const embed = async (...values: unknown[]) =>
  image.embed(await Promise.all(values.map((value, i) => image.contents(value, `image ${i}`))));

it("int8 weights change the direction of embeddings little", async () => {
  const embeddings = await embed(...goldenImages.map(raw));
  for (const [i, { vector }] of goldenImages.entries()) {
    const { network } = embeddings[i];
    const dot = network.reduce((sum, value, k) => sum + value * vector[k], 0);
    expect(dot / (Math.hypot(...network) * Math.hypot(...vector))).toBeGreaterThan(0.97);
  }
});

it("pixels, bytes, blobs and files of an image have the same embeddings, in any batch", async () => {
  const bytes = new Uint8Array(await png(goldenImages[0]));
  const [first, ...others] = await embed(
    raw(goldenImages[0]),
    raw(goldenImages[1]),
    bytes,
    new Blob([bytes]),
    new Media("a.png", async () => bytes),
  );
  for (const { name, length } of image.encoders) expect(first[name]).toHaveLength(length);
  for (const embedding of others.slice(1)) expect(embedding).toEqual(first);
  expect(others[0]).not.toEqual(first);
  expect(await embed(raw(goldenImages[1]))).toEqual([others[0]]);
});

it("names a file that is no image, and fails as a whole", async () => {
  const broken = new Media("b.png", async () => Uint8Array.of(1, 2, 3));
  await expect(embed(raw(goldenImages[0]), broken)).rejects.toThrow(/image 1, file b\.png/);
});
