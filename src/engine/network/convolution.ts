/** Convolutions and pooling, channels-last: [N, …space, C]. One spatial axis is a second one of size 1. */

import { sizeOf } from "../../base/array.js";
import { directConvolution } from "../lower/direct-conv.js";
import { concatenate, reshape, slice, transpose } from "../lower/movement.js";
import type { OnnxNode } from "../lower/onnx.js";
import { reduce } from "../lower/reduce.js";
import { ones, range, uniform, type Value } from "../lower/values.js";
import { activationAttributes } from "./activation.js";
import type { ImportContext } from "./context.js";

/** Move the channels of [N, C, …space] behind its axes of space. */
const toLast = (context: ImportContext, x: Value) => {
  const { length } = x.shape;
  return transpose(context.e, x, [0, ...range(length).slice(2), 1]);
};
const toFirst = (context: ImportContext, y: Value) => {
  const { length } = y.shape;
  return transpose(context.e, y, [0, length - 1, ...range(length - 1).slice(1)]);
};

const integersOf = (attribute: unknown, missing: readonly number[]) =>
  Array.isArray(attribute) && attribute.length > 0 ? (attribute as readonly number[]) : missing;

/** Convolution with its bias and the activation that follows. */
export function convolution(context: ImportContext, node: OnnxNode): Value[] {
  const { e } = context;
  const [weight, bias] = node.inputs.slice(1).map((name) => context.constants.get(name));
  const { group = 1, dilations } = node.attributes;
  if (!weight || (node.inputs.length > 2 && !bias))
    throw new Error("a convolution has weights that are not constant");
  const [k, perGroup, ...window] = weight.shape;
  const isDepthwise = group === k && perGroup === 1 && k > 1;
  const rank = window.length;
  if (rank > 2 || (group !== 1 && !isDepthwise) || integersOf(dilations, []).some((d) => d !== 1))
    throw new Error("a convolution has a form that WebAssembly does not have");
  const [strides, pads] = [
    integersOf(node.attributes.strides, ones(rank)),
    integersOf(node.attributes.pads, Array(2 * rank).fill(0)),
  ];
  return context.withActivation(node.outputs[0], (activation) => {
    const y = directConvolution(e, toLast(context, context.value(node.inputs[0])), {
      ...{ weight, bias, isDepthwise, strides },
      padding: range(rank).map((i): [number, number] => [pads[i], pads[i + rank]]),
      activation: activationAttributes(activation),
    });
    return toFirst(context, y);
  });
}

/** The windows and strides of a pooling without padding. */
function windowsOf({ type, attributes }: OnnxNode): {
  window: readonly number[];
  strides: readonly number[];
} {
  const window = integersOf(attributes.kernel_shape, []);
  const isPadded = integersOf(attributes.pads, []).some((width) => width !== 0);
  if (isPadded || Number(attributes.ceil_mode ?? 0) !== 0)
    throw new Error(`${type} has a form that WebAssembly does not have`);
  return { window, strides: integersOf(attributes.strides, ones(window.length)) };
}

/** A pooling: windows side by side as split axes, others one by one. */
function pool(context: ImportContext, node: OnnxNode, op: "Add" | "Max"): Value {
  const { e } = context;
  const { window, strides } = windowsOf(node);
  const x = toLast(context, context.value(node.inputs[0]));
  const [n, c] = [x.shape[0], x.shape.at(-1)!];
  const counts = window.map((size, i) => Math.floor((x.shape[i + 1] - size) / strides[i]) + 1);
  const isSplit = window.every((size, i) => size === strides[i]);
  if (isSplit) {
    const used = slice(e, x, [
      [0, n],
      ...counts.map((count, i): [number, number] => [0, count * window[i]]),
      [0, c],
    ]);
    const split = reshape(e, used, [n, ...counts.flatMap((count, i) => [count, window[i]]), c]);
    const reduced = reduce(
      e,
      split,
      op,
      range(window.length).map((i) => 2 * i + 2),
    );
    return toFirst(context, reduced);
  }
  const places = counts.reduce<number[][]>(
    (all, count) => all.flatMap((place) => range(count).map((i) => [...place, i])),
    [[]],
  );
  const rows = places.map((place) => {
    const bounds = place.map((at, i): [number, number] => [at * strides[i], at * strides[i] + window[i]]);
    const cut = slice(e, x, [[0, n], ...bounds, [0, c]]);
    return reshape(e, reduce(e, cut, op, range(window.length + 1).slice(1)), [n, 1, c]);
  });
  return toFirst(context, reshape(e, concatenate(e, rows, 1), [n, ...counts, c]));
}

export const maxPool = (context: ImportContext, node: OnnxNode): Value[] => [pool(context, node, "Max")];

export function averagePool(context: ImportContext, node: OnnxNode): Value[] {
  const { e } = context;
  const sums = toLast(context, pool(context, node, "Add"));
  const share = uniform(1 / sizeOf(windowsOf(node).window), "float32", []);
  return [toFirst(context, e.elementwise("Mul", [sums, share], "float32"))];
}
