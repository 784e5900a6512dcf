/** The networks in every runtime, in Node. */

import { readFileSync } from "node:fs";
import { Engine } from "../../../src/engine/index.js";
import { openNetwork } from "../../../src/engine/network/index.js";
import { readNetwork } from "../../../src/engine/network/read.js";
import { dequantised } from "../../../src/engine/run/dequantise.js";
import { localEngine } from "../../../src/engine/run/local.js";
import type { Subject } from "./contender.js";
import { conv4InTensorFlow, photoInTensorFlow } from "./in-tensorflow.js";
import { conv4, conv4Program, photo } from "./networks.js";
import { inOnnxRuntime, tensorFlow } from "./runtimes.js";

/** Conv4-64 on 64 images. */
export async function conv4Subject(): Promise<Subject> {
  const { name, images, weights, feeds } = conv4;
  const own = conv4Program(localEngine());
  const { bytes } = conv4Program(new Engine({ threads: 1 }));
  return {
    name,
    runs: {
      own: async () => (await own.run([images])).data as Float32Array,
      "TensorFlow.js wasm": conv4InTensorFlow(await tensorFlow(), images, weights),
      ...(await inOnnxRuntime(bytes, feeds)),
    },
  };
}

/** The photo encoder, whose weights are dequantised before. */
export async function photoSubject(): Promise<Subject> {
  const { name, file, pixels, feeds } = photo;
  const bytes = new Uint8Array(readFileSync(file));
  const network = await openNetwork(bytes);
  return {
    name,
    runs: {
      own: async () => (await network.run(feeds)).embedding.data,
      "TensorFlow.js wasm": photoInTensorFlow(await tensorFlow(), readNetwork(bytes), pixels),
      ...(await inOnnxRuntime(dequantised(bytes), feeds)),
    },
  };
}
