/**
 * The network of the strokes encoder: the encoder `sequence` (four blocks of temporal convolution, batch normalisation, ReLU
 * and max pooling, then a linear layer), from strokes [batch, 5, 64] to [batch, 128], meta-trained by metamodal itself as a
 * prototypical network on the shipped strokes of Omniglot's train classes (strokes-data.ts).
 *
 * Training takes 20 minutes on one free core. Its steps are reproducible to the byte on one CPU model and version of ONNX
 * Runtime, so the shipped file is checked by its accuracy instead of its bytes (strokes.slow.ts).
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeSafetensors } from "../../src/base/safetensors.js";
import { openDataset } from "../../src/data/index.js";
import { GraphBuilder } from "../../src/engine/lower/graph.js";
import { encodeOnnx, type OnnxFile } from "../../src/engine/lower/onnx.js";
import { type MetaTrainOptions, metaTrain } from "../../src/train/index.js";
import { quantised } from "./quantise.js";
import { writeStrokesData } from "./strokes-data.js";
import type { EncoderSource } from "./types.js";

const OPSET = 17;
const BLOCKS = 4;
const WIDTH = 128;
const SHAPE = [5, 64] as const;
/** Of batch normalisation (src/nn/normalise.ts). */
const EPSILON = 1e-5;

/** How it is trained. */
export const recipe: Omit<MetaTrainOptions, "data"> = {
  modalities: ["strokes"],
  encoders: { strokes: { name: "sequence", channels: WIDTH } },
  width: WIDTH,
  learner: "prototypical",
  augment: true,
  episode: { way: 60, shot: 1, query: 2 },
  train: { steps: 9000, metaBatch: 2, learningRate: 0.004, evalEvery: 500, evalEpisodes: 200 },
  seed: 1,
};

/** Build the network from `model.safetensors` of a model of {@link recipe}, with normalisation folded into convolutions. */
export function strokesNetwork(model: Uint8Array): OnnxFile {
  const { arrays } = decodeSafetensors(model, "model.safetensors");
  const floats = (name: string) => arrays[name].data as Float32Array;
  const graph = new GraphBuilder();
  let x: string = "strokes";
  for (let block = 0; block < BLOCKS; block++) {
    const params = `params.network.encoders.strokes.blocks.${block}`;
    const state = `state.strokes.blocks.${block}`;
    const { shape } = arrays[`${params}.weight`];
    const inputs = shape[1] * shape[2];
    const gain = floats(`${params}.scale`).map(
      (scale, k) => scale / Math.sqrt(floats(`${state}.variance`)[k] + EPSILON),
    );
    const kernel = floats(`${params}.weight`).map((weight, i) => weight * gain[Math.floor(i / inputs)]);
    const bias = floats(`${params}.shift`).map((shift, k) => shift - floats(`${state}.mean`)[k] * gain[k]);
    const weights = [graph.constant("float32", shape, kernel), graph.constant("float32", [shape[0]], bias)];
    const convolved = graph.op("Conv", [x, ...weights], { pads: [1, 1] });
    x = graph.op("MaxPool", [graph.op("Relu", [convolved])], { kernel_shape: [2], strides: [2] });
  }
  // The encoder flattens [places, channels].
  const flat = graph.op("Flatten", [graph.op("Transpose", [x], { perm: [0, 2, 1] })], { axis: 1 });
  const project = "params.network.encoders.strokes.project";
  const weight = graph.constant("float32", arrays[`${project}.weight`].shape, floats(`${project}.weight`));
  const bias = graph.constant("float32", [WIDTH], floats(`${project}.bias`));
  const embedding = graph.op("Add", [graph.op("MatMul", [flat, weight]), bias]);
  graph.output(embedding, { name: "embedding", dtype: "float32", shape: [1, WIDTH] });
  return {
    ...graph.finish(),
    inputs: [{ name: "strokes", dtype: "float32", shape: ["batch", ...SHAPE] }],
    outputs: [{ name: "embedding", dtype: "float32", shape: ["batch", WIDTH] }],
  };
}

export const strokesSource: EncoderSource = {
  name: "strokes",
  licence: "MIT",
  origin: "metamodal, trained on the strokes of Omniglot (MIT)",
  async build() {
    const folder = mkdtempSync(join(tmpdir(), "metamodal-strokes-"));
    try {
      writeStrokesData(join("datasets", "omniglot"), join(folder, "data"));
      const data = await openDataset(join(folder, "data"));
      const model = await metaTrain({ ...recipe, data }).model();
      await model.save(join(folder, "model"));
      const weights = readFileSync(join(folder, "model", "model.safetensors"));
      return { "strokes.onnx": encodeOnnx(quantised(strokesNetwork(weights)), OPSET) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
