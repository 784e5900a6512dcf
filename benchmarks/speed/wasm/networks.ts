/** Networks: Conv4-64 on 64 images, and the photo encoder of the built-in encoders on one. */

import { readFileSync } from "node:fs";
import { allocate, float32, type NDArray, sizeOf } from "../../../src/base/array.js";
import { random } from "../../../src/base/random.js";
import { Engine, np, type Tensor } from "../../../src/engine/index.js";
import { openNetwork } from "../../../src/engine/network/index.js";
import { readNetwork } from "../../../src/engine/network/read.js";
import { dequantised } from "../../../src/engine/run/dequantise.js";
import { localEngine } from "../../../src/engine/run/local.js";
import { withConstants } from "../../../src/model/constants.js";
import { block } from "../../../src/nn/block.js";
import { inOnnxRuntime, type Subject } from "./contender.js";
import { conv4InTensorFlow, photoInTensorFlow } from "./in-tensorflow.js";

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

/** Convolution, normalisation by stored statistics, ReLU and max pooling, four times. */
export async function conv4Subject(): Promise<Subject> {
  const weights = Array.from({ length: BLOCKS }, (_, i) =>
    normals(`weight ${i}`, [CHANNELS, i === 0 ? 3 : CHANNELS, 3, 3], 0.05),
  );
  const images = normals("images", [IMAGES, 3, SIDE, SIDE]);
  const compiled = (engine: Pick<Engine, "compile">) =>
    withConstants([weights], (constants) =>
      engine.compile<NDArray>(
        (x: Tensor) => {
          const source = { use: "kept" as const, mask: np.ones([IMAGES]) };
          const [zeros, ones] = [np.zeros([CHANNELS]), np.ones([CHANNELS])];
          const network = (constants as Tensor[]).reduce(
            (h, weight) => {
              const params = { weight, scale: ones, shift: zeros };
              return block([h], params, { mean: zeros, variance: ones }, source).parts[0];
            },
            x.transpose([0, 2, 3, 1]),
          );
          return network.reshape([IMAGES, -1]);
        },
        [images],
      ),
    );
  const own = compiled(localEngine());
  const { bytes } = compiled(new Engine({ threads: 1 }));
  const feed = { type: "float32" as const, data: images.data as Float32Array, shape: images.shape };
  return {
    name: `Conv4-64 embedding of ${IMAGES} images of ${SIDE} × ${SIDE}`,
    runs: {
      own: async () => (await own.run([images])).data as Float32Array,
      "TensorFlow.js wasm": await conv4InTensorFlow(images, weights),
      ...(await inOnnxRuntime(bytes, { in0: feed })),
    },
  };
}

const PHOTO_SIDE = 160;

/** The photo encoder, whose weights are dequantised before. */
export async function photoSubject(): Promise<Subject> {
  const bytes = new Uint8Array(readFileSync("encoders/image.onnx"));
  const shape = [1, 3, PHOTO_SIDE, PHOTO_SIDE];
  const pixels = allocate({ dtype: "float32", shape });
  for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = Math.sin(i / 7);
  const data = Float32Array.from(pixels.data);
  const feeds = { pixels: { type: "float32" as const, data, shape } };
  const network = await openNetwork(bytes);
  return {
    name: `photo encoder, ${PHOTO_SIDE} × ${PHOTO_SIDE}`,
    runs: {
      own: async () => (await network.run(feeds)).embedding.data,
      "TensorFlow.js wasm": await photoInTensorFlow(readNetwork(bytes), pixels),
      ...(await inOnnxRuntime(dequantised(bytes), feeds)),
    },
  };
}
