/**
 * Universal Sentence Encoder Lite (Cer et al., 2018) as an ONNX graph:
 *
 *   x = 2 E[t] + [sin; cos](position · ω)          (the package's graph adds E[t] twice)
 *   x ← transformer layer(x), twice                (pre-norm; Vaswani et al., 2017; the first widens 256 to 512)
 *   z = tanh(mean over tokens of x · W + b),  output z / ‖z‖
 */

import { GraphBuilder } from "../../../src/engine/lower/graph.js";
import { encodeOnnx } from "../../../src/engine/lower/onnx.js";
import type { Weights } from "./weights.js";

/** Number of attention heads in both layers. */
const HEADS = 4;
/** Suffix in the names of weights that were stored in several partitions. */
const JOINED = "ConcatPartitions/concat";

/** Build the ONNX model from token IDs [1, T] to a sentence embedding [1, 512]. Returns its bytes. */
export function sentenceModel(weights: Weights): Uint8Array {
  const graph = new GraphBuilder();
  const op = graph.op.bind(graph);
  const ints = (...values: number[]) => graph.ints(values);
  const scalar = (value: number) => graph.constant("float32", [], Float32Array.of(value));
  /** Add a weight as a constant; convolution kernels lose their two axes of length 1. */
  const weight = (name: string) => {
    const { shape, values } = weights(name);
    return graph.constant("float32", shape.length === 4 ? shape.slice(2) : shape, values);
  };
  const affine = (x: string, kernel: string, bias: string) =>
    op("Add", [op("MatMul", [x, weight(kernel)]), weight(bias)]);
  const dense = (x: string, scope: string, kernel = "kernel/part_0") =>
    affine(x, `${scope}/${kernel}`, `${scope}/bias/${JOINED}`);
  const layerNorm = (x: string, scope: string) => {
    const parameter = (name: string) =>
      weight(`${scope}/layer_prepostprocess/layer_norm/layer_norm_${name}/${JOINED}`);
    return op("LayerNormalization", [x, parameter("scale"), parameter("bias")], {
      axis: -1,
      epsilon: { float: 1e-6 },
    });
  };

  const selfAttention = (x: string, layer: string) => {
    const scope = `${layer}/MultiheadAttention`;
    const width = weights(`${scope}/output_transform_single/kernel/part_0`).shape[2];
    const qkv = dense(x, `${scope}/qkv_transform_single`);
    const part = (index: number) => {
      const slice = op("Slice", [qkv, ints(index * width), ints((index + 1) * width), ints(1)]);
      return op("Transpose", [op("Reshape", [slice, ints(-1, HEADS, width / HEADS)])], { perm: [1, 0, 2] });
    };
    const [queries, keys, values] = [part(0), part(1), part(2)];
    const scaled = op("Mul", [queries, scalar((width / HEADS) ** -0.5)]);
    const attention = op("Softmax", [op("MatMul", [scaled, op("Transpose", [keys], { perm: [0, 2, 1] })])], {
      axis: -1,
    });
    const merged = op("Transpose", [op("MatMul", [attention, values])], { perm: [1, 0, 2] });
    return dense(op("Reshape", [merged, ints(-1, width)]), `${scope}/output_transform_single`);
  };
  const transformerLayer = (x: string, name: string, residual: string) => {
    const attended = op("Add", [residual, selfAttention(layerNorm(x, name), name)]);
    const ffn = `${name}/FFN`;
    const feedForward = (x: string, k: number) => dense(x, `${ffn}/conv${k}`, "Tensordot/Reshape_1");
    const hidden = op("Relu", [feedForward(layerNorm(attended, ffn), 1)]);
    return op("Add", [feedForward(hidden, 2), attended]);
  };

  const ids = op("Reshape", ["input_ids", ints(-1)]);
  const length = op("Reshape", [op("Shape", [ids]), ints()]);
  const [zero, step] = [0, 1].map((value) => op("Reshape", [ints(value), ints()]));
  const positions = op("Cast", [op("Range", [zero, length, step])], { to: 1 });
  const angles = op("MatMul", [op("Reshape", [positions, ints(-1, 1)]), weight("TimingSignal/ExpandDims_1")]);
  const timing = op("Concat", [op("Sin", [angles]), op("Cos", [angles])], { axis: 1 });
  const embeddings = op("Mul", [op("Gather", [weight("module/Embeddings_en"), ids]), scalar(2)]);
  const [first, second] = [0, 1].map((k) => `Layer_${k}/TransformerLayer`);
  const tokens = op("Add", [embeddings, timing]);
  const widened = transformerLayer(tokens, first, dense(tokens, `${first}/dense`, `kernel/${JOINED}`));
  const encoded = transformerLayer(widened, second, widened);
  const mean = op("ReduceMean", [encoded, ints(0)], { keepdims: 1 });
  const activated = op("Tanh", [affine(mean, "tanh_layer_0/weights", "tanh_layer_0/bias")]);
  const shape = [1, ...weights("tanh_layer_0/bias").shape];
  const normalised = op("LpNormalization", [activated], { axis: 1, p: 2 });
  graph.output(normalised, { name: "sentence_embedding", dtype: "float32", shape });
  const inputs = [{ name: "input_ids", dtype: "int64" as const, shape: [1, "tokens"] }];
  return encodeOnnx({ ...graph.finish(), inputs });
}
