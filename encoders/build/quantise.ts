/**
 * Quantises the weights of a network to int8 per output channel (Krishnamoorthi, 2018): w ≈ s_c q with s_c = max |w_c| / 127,
 * which ONNX operators compute by `DequantizeLinear`.
 */

import type { FileConstant, OnnxFile, OnnxNode } from "../../src/engine/lower/onnx.js";

/** Constants with fewer values stay float32. */
const MIN_SIZE = 256;
const MAX_INT8 = 127;

/** By operator, the input that has the weights, and the axis of their output channels; rows of a table have a scale each. */
const weightsOf: Readonly<Record<string, { input: number; axis: (shape: readonly number[]) => number }>> = {
  Conv: { input: 1, axis: () => 0 },
  MatMul: { input: 1, axis: (shape) => shape.length - 1 },
  Gather: { input: 0, axis: () => 0 },
};

/** The same network with the kernels of its convolutions, the matrices of its products and its embedding tables as int8. */
export function quantised(network: OnnxFile): OnnxFile {
  const axes = new Map<string, number>();
  for (const { type, inputs } of network.nodes) {
    const { input, axis } = weightsOf[type] ?? {};
    const weight = input !== undefined && network.initializers.find(({ name }) => name === inputs[input]);
    if (axis && weight && weight.data.length >= MIN_SIZE) axes.set(weight.name, axis(weight.shape));
  }
  const nodes: OnnxNode[] = [];
  const initializers = network.initializers.flatMap((constant) => {
    const axis = axes.get(constant.name);
    if (axis === undefined) return [constant];
    const [values, scales] = quantise(constant, axis);
    const inputs = [values.name, scales.name];
    nodes.push({ type: "DequantizeLinear", inputs, outputs: [constant.name], attributes: { axis } });
    return [values, scales];
  });
  return { ...network, nodes: [...nodes, ...network.nodes], initializers };
}

function quantise({ name, shape, data }: FileConstant, axis: number): [FileConstant, FileConstant] {
  const values = Float32Array.from(data as Float32Array);
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const channelOf = (i: number) => Math.floor(i / inner) % shape[axis];
  const largest = new Float32Array(shape[axis]);
  for (const [i, value] of values.entries())
    largest[channelOf(i)] = Math.max(largest[channelOf(i)], Math.abs(value));
  // A channel of zeros has any scale.
  const scales = largest.map((value) => (value === 0 ? 1 : value / MAX_INT8));
  const quantised = Int8Array.from(values, (value, i) => Math.round(value / scales[channelOf(i)]));
  return [
    { name: `${name}_int8`, dtype: "int8", shape, data: quantised },
    { name: `${name}_scale`, dtype: "float32", shape: [shape[axis]], data: scales },
  ];
}
