/**
 * The network of the image encoder: the first blocks of an SSD with MobileNetV2 (Sandler et al., 2018; Liu et al., 2016)
 * trained on Open Images V4, from pixels in −1…1 [batch, 3, 160, 160] to [batch, 896]:
 *
 *   2×2 grid means of block 9 (64 channels, 10×10), then of block 15 (160 channels, 5×5)
 *
 * each flattened in the order channel, row, column. Cells of a 5×5 map are 3×3 and share the middle row and column.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GraphBuilder } from "../../src/engine/lower/graph.js";
import { encodeOnnx, type OnnxFile } from "../../src/engine/lower/onnx.js";
import { convertConvolutions, type Feature } from "./convert.js";
import { quantised } from "./quantise.js";
import { readTflite } from "./tflite.js";
import type { EncoderSource } from "./types.js";

const OPSET = 17;
const ASSETS = "objectron_solution_packed_assets.data";

/** Position of `object_detection_ssd_mobilenetv2_oidv4_fp16.tflite` in the assets; it ends with them. */
const START = 184;
/** Operators whose outputs are used: the sums at the ends of blocks 9 and 15. */
const LAST = [95, 161];
const SIDE = 160;
const GRID = 2;

/** Read the file of the package that contains the network. */
export const readAssets = (folder: string): Uint8Array => readFileSync(join(folder, ASSETS));

/** Build the network from this file. */
export function imageNetwork(assets: Uint8Array): OnnxFile {
  const graph = new GraphBuilder();
  const input: Feature = { name: "pixels", shape: [3, SIDE, SIDE] };
  const features = convertConvolutions(readTflite(assets.subarray(START)), graph, input, LAST);
  const means = features.map((feature) => graph.op("Flatten", [gridMeans(graph, feature)], { axis: 1 }));
  const length = features.reduce((sum, { shape }) => sum + GRID * GRID * shape[0], 0);
  graph.output(graph.op("Concat", means, { axis: 1 }), {
    name: "embedding",
    dtype: "float32",
    shape: [1, length],
  });
  return {
    ...graph.finish(),
    inputs: [{ name: "pixels", dtype: "float32", shape: ["batch", ...input.shape] }],
    outputs: [{ name: "embedding", dtype: "float32", shape: ["batch", length] }],
  };
}

/** Adaptive average pooling to a 2×2 grid. */
function gridMeans(graph: GraphBuilder, { name, shape: [, height, width] }: Feature): string {
  const [kernel, strides] = [
    [height, width].map((size) => Math.ceil(size / GRID)),
    [height, width].map((size) => Math.floor(size / GRID)),
  ];
  return graph.op("AveragePool", [name], { kernel_shape: kernel, strides });
}

export const imageSource: EncoderSource = {
  name: "image",
  licence: "Apache-2.0",
  package: { name: "@mediapipe/objectron", version: "0.4.1675468480" },
  build: async (folder) => ({
    "image.onnx": encodeOnnx(quantised(imageNetwork(readAssets(folder))), OPSET),
  }),
};
