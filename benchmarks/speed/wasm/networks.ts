/** Networks that runtimes are compared on: Conv4-64 on 64 images, and the photo encoder on one. Needs nothing of Node. */

import { allocate, float32, type NDArray, sizeOf } from "../../../src/base/array.js";
import { random } from "../../../src/base/random.js";
import type { EngineCore } from "../../../src/engine/run/core.js";
import type { Feed } from "../../../src/engine/run/ports.js";
import type { Program } from "../../../src/engine/run/program.js";
import { np, type Tensor } from "../../../src/engine/trace/jax.js";
import { withConstants } from "../../../src/model/constants.js";
import { block } from "../../../src/nn/block.js";

const IMAGES = 64;
const SIDE = 84;
const CHANNELS = 64;
const BLOCKS = 4;

const normals = (name: string, shape: readonly number[], scale = 1): NDArray => {
  const r = random(1, name);
  return float32(
    Array.from({ length: sizeOf(shape) }, () => scale * r.normal()),
    shape,
  );
};

const weights = Array.from({ length: BLOCKS }, (_, i) =>
  normals(`weight ${i}`, [CHANNELS, i === 0 ? 3 : CHANNELS, 3, 3], 0.05),
);
const images = normals("images", [IMAGES, 3, SIDE, SIDE]);

/** Convolution, normalisation by stored statistics, ReLU and max pooling, four times, on 64 images. */
export const conv4 = {
  name: `Conv4-64 embedding of ${IMAGES} images of ${SIDE} × ${SIDE}`,
  images,
  weights,
  feeds: { in0: feedOf(images) },
};

/** Conv4 as a program of an engine, which takes all images or a batch of so many. */
export const conv4Program = (engine: Pick<EngineCore, "compile">, count = IMAGES): Program<NDArray> =>
  withConstants([weights], (constants) =>
    engine.compile<NDArray>(
      (x: Tensor) => {
        const source = { use: "kept" as const, mask: np.ones([count]) };
        const [zeros, ones] = [np.zeros([CHANNELS]), np.ones([CHANNELS])];
        const network = (constants as Tensor[]).reduce(
          (h, weight) => {
            const params = { weight, scale: ones, shift: zeros };
            return block([h], params, { mean: zeros, variance: ones }, source).parts[0];
          },
          x.transpose([0, 2, 3, 1]),
        );
        return network.reshape([count, -1]);
      },
      [{ dtype: "float32", shape: [count, ...images.shape.slice(1)] }],
    ),
  );

const PHOTO_SIDE = 160;
const pixels = allocate({ dtype: "float32", shape: [1, 3, PHOTO_SIDE, PHOTO_SIDE] });
for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = Math.sin(i / 7);

/** The photo encoder of the built-in encoders, on one image. */
export const photo = {
  name: `photo encoder, ${PHOTO_SIDE} × ${PHOTO_SIDE}`,
  file: "encoders/image.onnx",
  pixels,
  feeds: { pixels: feedOf(pixels) },
};

/** A float array as the feed of a network. */
function feedOf({ data, shape }: NDArray): Feed {
  return { type: "float32", data: Float32Array.from(data), shape };
}
