/**
 * Converts a TensorFlow Lite network of convolutions to ONNX operators on tensors [batch, channels, height, width].
 *
 * Padding `same` of TensorFlow depends on the size of the input and puts the odd row or column at the bottom or right, so
 * the converted network is for one size of input.
 */

import type { GraphBuilder } from "../../src/engine/lower/graph.js";
import type { Activation, LiteGraph, LiteOperator, LiteTensor, Window } from "./tflite.js";

/** A tensor of the network: its name in the ONNX graph, and its shape without the batch axis. */
export interface Feature {
  readonly name: string;
  readonly shape: readonly [channels: number, height: number, width: number];
}

/**
 * Add to `graph` the operators of a network up to those with the indices `last`, on the input `input`; returns the outputs
 * of these. @throws {Error} for operators that are not supported
 */
export function convertConvolutions(
  lite: LiteGraph,
  graph: GraphBuilder,
  input: Feature,
  last: readonly number[],
): Feature[] {
  const constants = new Map<number, Float32Array>();
  const features = new Map([[lite.inputs[0], input]]);
  const constant = (index: number) => constants.get(index) ?? floatsOf(lite.tensors[index]);
  const feature = (index: number) => {
    const found = features.get(index);
    if (!found) throw new Error(`tensor ${lite.tensors[index].name} is not computed by a supported operator`);
    return found;
  };
  for (const operator of lite.operators.slice(0, Math.max(...last) + 1)) {
    const [output] = operator.outputs;
    if (operator.type === "dequantize") constants.set(output, floatsOf(lite.tensors[operator.inputs[0]]));
    else if (operator.type === "add") {
      const [a, b] = operator.inputs.map(feature);
      const sum = graph.op("Add", [a.name, b.name]);
      features.set(output, { ...a, name: activated(graph, sum, operator.activation) });
    } else if (operator.type === "relu6") {
      const x = feature(operator.inputs[0]);
      features.set(output, { ...x, name: activated(graph, x.name, "relu6") });
    } else if (operator.type === "conv" || operator.type === "depthwise") {
      const [x, kernel, bias] = operator.inputs;
      const { shape } = lite.tensors[kernel];
      features.set(output, convolution(graph, operator, feature(x), shape, constant(kernel), constant(bias)));
    }
  }
  return last.map((index) => feature(lite.operators[index].outputs[0]));
}

type Convolution = Extract<LiteOperator, { type: "conv" | "depthwise" }>;

function convolution(
  graph: GraphBuilder,
  { type, window, activation }: Convolution,
  x: Feature,
  shape: readonly number[],
  kernel: Float32Array,
  bias: Float32Array,
): Feature {
  // A kernel is [out, height, width, in], a depthwise one [1, height, width, out].
  const [height, width] = [shape[1], shape[2]];
  const [out, perGroup] = type === "conv" ? [shape[0], shape[3]] : [shape[3], 1];
  const places = height * width;
  const data = new Float32Array(kernel.length);
  for (let o = 0; o < out; o++)
    for (let place = 0; place < places; place++)
      for (let i = 0; i < perGroup; i++)
        data[(o * perGroup + i) * places + place] =
          type === "conv" ? kernel[(o * places + place) * perGroup + i] : kernel[place * out + o];
  const vertical = axisOf(x.shape[1], height, window, 0);
  const horizontal = axisOf(x.shape[2], width, window, 1);
  const weight = graph.constant("float32", [out, perGroup, height, width], data);
  const result = graph.op("Conv", [x.name, weight, graph.constant("float32", [out], bias)], {
    strides: window.strides,
    dilations: window.dilations,
    pads: [vertical.before, horizontal.before, vertical.after, horizontal.after],
    group: type === "conv" ? 1 : x.shape[0],
  });
  return { name: activated(graph, result, activation), shape: [out, vertical.size, horizontal.size] };
}

/** Output size and padding along an axis of a window, as TensorFlow defines them. */
function axisOf(size: number, kernel: number, { padding, strides, dilations }: Window, axis: 0 | 1) {
  const extent = (kernel - 1) * dilations[axis] + 1;
  const covered = padding === "same" ? size : size - extent + 1;
  const out = Math.ceil(covered / strides[axis]);
  const total = padding === "same" ? Math.max(0, (out - 1) * strides[axis] + extent - size) : 0;
  return { size: out, before: total >> 1, after: total - (total >> 1) };
}

function activated(graph: GraphBuilder, x: string, activation: Activation): string {
  const scalar = (value: number) => graph.constant("float32", [], Float32Array.of(value));
  if (activation === "none") return x;
  return activation === "relu" ? graph.op("Relu", [x]) : graph.op("Clip", [x, scalar(0), scalar(6)]);
}

/** The values of a constant tensor as float32. */
function floatsOf({ name, type, data, shape }: LiteTensor): Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const width = type === "float16" ? 2 : 4;
  if (type === "other" || data.length !== width * size)
    throw new Error(`tensor ${name} is no constant of float16 or float32`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float32Array.from({ length: size }, (_, i) =>
    type === "float16" ? halfOf(view.getUint16(2 * i, true)) : view.getFloat32(4 * i, true),
  );
}

/** The value of a half-precision number (IEEE 754 binary16). */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
