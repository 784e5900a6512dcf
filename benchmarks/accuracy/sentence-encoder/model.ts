/**
 * Universal Sentence Encoder Lite as an ONNX graph:
 *
 * x = 2 E[t] + [sin; cos](position · ω) (the package's graph adds E[t] twice), two transformer layers with their normalisation
 * before (Vaswani et al., 2017; the first widens 256 to 512), the mean over tokens, tanh(x W + b), length 1.
 */

import { GraphBuilder } from "../../../src/engine/lower/graph.js";
import { encodeOnnx } from "../../../src/engine/lower/onnx.js";
import type { Weights } from "./weights.js";

/** Attention's heads, in both layers. */
const heads = 4;
/** How the names of weights end that lay in several parts. */
const joined = "ConcatPartitions/concat";

/** Token numbers [1, T] to a vector [1, 512]. */
export function sentenceModel(weights: Weights): Uint8Array {
  const graph = new GraphBuilder();
  const op = graph.op.bind(graph);
  const ints = (...values: number[]) => graph.ints(values);
  const scalar = (value: number) => graph.constant("float32", [], Float32Array.of(value));
  /** A weight, without the axes of length 1 that convolutions have. */
  const weight = (name: string) => {
    const { shape, data } = weights(name);
    return graph.constant("float32", shape.length === 4 ? shape.slice(2) : shape, data);
  };
  const added = (x: string, kernel: string, bias: string) =>
    op("Add", [op("MatMul", [x, weight(kernel)]), weight(bias)]);
  const dense = (x: string, of: string, kernel = "kernel/part_0") =>
    added(x, `${of}/${kernel}`, `${of}/bias/${joined}`);
  const normalised = (x: string, of: string) => {
    const named = (what: string) =>
      weight(`${of}/layer_prepostprocess/layer_norm/layer_norm_${what}/${joined}`);
    return op("LayerNormalization", [x, named("scale"), named("bias")], {
      axis: -1,
      epsilon: { float: 1e-6 },
    });
  };

  const attended = (x: string, layer: string) => {
    const of = `${layer}/MultiheadAttention`;
    const width = weights(`${of}/output_transform_single/kernel/part_0`).shape[2];
    const qkv = dense(x, `${of}/qkv_transform_single`);
    const part = (third: number) => {
      const own = op("Slice", [qkv, ints(third * width), ints((third + 1) * width), ints(1)]);
      return op("Transpose", [op("Reshape", [own, ints(-1, heads, width / heads)])], { perm: [1, 0, 2] });
    };
    const [queries, keys, values] = [part(0), part(1), part(2)];
    const scaled = op("Mul", [queries, scalar((width / heads) ** -0.5)]);
    const shares = op("Softmax", [op("MatMul", [scaled, op("Transpose", [keys], { perm: [0, 2, 1] })])], {
      axis: -1,
    });
    const together = op("Transpose", [op("MatMul", [shares, values])], { perm: [1, 0, 2] });
    return dense(op("Reshape", [together, ints(-1, width)]), `${of}/output_transform_single`);
  };
  const layer = (x: string, name: string, widen: (x: string) => string) => {
    const after = op("Add", [widen(x), attended(normalised(x, name), name)]);
    const ffn = `${name}/FFN`;
    const product = (of: string, k: number) => dense(of, `${ffn}/conv${k}`, "Tensordot/Reshape_1");
    return op("Add", [product(op("Relu", [product(normalised(after, ffn), 1)]), 2), after]);
  };

  const ids = op("Reshape", ["input_ids", ints(-1)]);
  const length = op("Reshape", [op("Shape", [ids]), ints()]);
  const [zero, step] = [0, 1].map((value) => op("Reshape", [ints(value), ints()]));
  const places = op("Cast", [op("Range", [zero, length, step])], { to: 1 });
  const angles = op("MatMul", [op("Reshape", [places, ints(-1, 1)]), weight("TimingSignal/ExpandDims_1")]);
  const timing = op("Concat", [op("Sin", [angles]), op("Cos", [angles])], { axis: 1 });
  const embedded = op("Mul", [op("Gather", [weight("module/Embeddings_en"), ids]), scalar(2)]);
  const [first, second] = [0, 1].map((k) => `Layer_${k}/TransformerLayer`);
  const widened = (x: string) => dense(x, `${first}/dense`, `kernel/${joined}`);
  const encoded = layer(layer(op("Add", [embedded, timing]), first, widened), second, (x) => x);
  const mean = op("ReduceMean", [encoded, ints(0)], { keepdims: 1 });
  const out = op("Tanh", [added(mean, "tanh_layer_0/weights", "tanh_layer_0/bias")]);
  const shape = [1, ...weights("tanh_layer_0/bias").shape];
  const unit = op("LpNormalization", [out], { axis: 1, p: 2 });
  graph.output(unit, { name: "sentence_embedding", dtype: "float32", shape });
  const inputs = [{ name: "input_ids", dtype: "int64" as const, shape: [1, "tokens"] }];
  return encodeOnnx({ ...graph.finish(), inputs });
}
