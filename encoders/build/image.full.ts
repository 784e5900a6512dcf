/** The converted network of the image encoder computes what the original runtime does (golden/README.md). */

import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, it } from "vitest";
import { encodeOnnx } from "../../src/engine/lower/onnx.js";
import { goldenImages } from "./golden/image.js";
import { imageNetwork, imageSource, readAssets } from "./image.js";
import { folderOf } from "./packages.js";

const SIDE = 160;
const folder = folderOf(imageSource.package!);

it.skipIf(folder === undefined)(
  "the network of the image encoder is within 1e-4 of the original",
  async () => {
    const session = await InferenceSession.create(encodeOnnx(imageNetwork(readAssets(folder!)), 17));
    const size = 3 * SIDE * SIDE;
    const data = new Float32Array(goldenImages.length * size);
    for (const [row, { pixels }] of goldenImages.entries())
      for (let i = 0; i < size; i++)
        data[row * size + (i % 3) * SIDE * SIDE + Math.floor(i / 3)] = pixels[i] / 127.5 - 1;
    const { embedding } = await session.run({
      pixels: new Tensor("float32", data, [goldenImages.length, 3, SIDE, SIDE]),
    });
    expect(goldenImages.map(({ vector }) => vector.length)).toEqual([896, 896]);
    let largest = 0;
    for (const [row, { vector }] of goldenImages.entries())
      for (const [i, value] of vector.entries())
        largest = Math.max(largest, Math.abs(value - Number(embedding.data[row * vector.length + i])));
    expect(largest).toBeLessThan(1e-4);
  },
);
