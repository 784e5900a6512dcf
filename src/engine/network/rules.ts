/** How each operator of a network becomes operators of the engine: one rule per ONNX operator. */

import { sizeOf } from "../../base/array.js";
import { floatOf } from "../fuse/products/epilogue.js";
import { concatenate, reshape, slice, transpose } from "../lower/movement.js";
import { reduce } from "../lower/reduce.js";
import { range, uniform, type Value } from "../lower/values.js";
import type { ImportContext, NetworkRule } from "./context.js";
import { averagePool, convolution, maxPool } from "./convolution.js";
import { linear } from "./linear.js";

/** An elementwise operator. On transposed arrays alike it is computed before the transposition, which then cancels. */
function elementwise(context: ImportContext, type: string, operands: readonly Value[]): Value {
  const { e } = context;
  const rank = Math.max(...operands.map(({ shape }) => shape.length));
  const sources = operands.map((operand) => {
    if (operand.uniform !== undefined) return { source: operand, perm: undefined };
    const node = e.graph.producer(operand.name!, "Transpose");
    if (!node || operand.shape.length !== rank) return undefined;
    // Cast: the attribute of every Transpose.
    const perm = node.attributes.perm as readonly number[];
    const shape = range(rank).map((axis) => operand.shape[perm.indexOf(axis)]);
    return { source: { ...operand, name: node.inputs[0], shape, stored: shape }, perm };
  });
  const perms = sources.map((each) => each?.perm?.join()).filter((perm) => perm !== undefined);
  const perm = sources.find((each) => each?.perm)?.perm;
  const isAlike = sources.every((each) => each !== undefined) && new Set(perms).size === 1;
  if (!perm || !isAlike) return e.elementwise(type, operands, "float32");
  const inner = e.elementwise(
    type,
    sources.map((each) => each!.source),
    "float32",
  );
  return transpose(e, inner, perm);
}

const entrywise: NetworkRule = (context, { type, inputs }) => [
  elementwise(
    context,
    type,
    inputs.map((name) => context.value(name)),
  ),
];

const axisOf = (axis: unknown, rank: number) => (Number(axis) + rank) % rank;
const keeping = (context: ImportContext, x: Value, op: "Add" | "Max", axis: number) =>
  reshape(
    context.e,
    reduce(context.e, x, op, [axis]),
    x.shape.map((size, i) => (i === axis ? 1 : size)),
  );

const flatten: NetworkRule = (context, { inputs: [x], attributes: { axis = 1 } }) => {
  const value = context.value(x);
  const first = sizeOf(value.shape.slice(0, Number(axis)));
  return [reshape(context.e, value, [first, sizeOf(value.shape) / first])];
};

/** exp(x − max) / Σ exp(x − max) along an axis. */
const softmax: NetworkRule = (context, { inputs: [name], attributes: { axis = -1 } }) => {
  const x = context.value(name);
  const along = axisOf(axis, x.shape.length);
  const { e } = context;
  const shifted = e.elementwise("Sub", [x, keeping(context, x, "Max", along)], "float32");
  const exponential = e.elementwise("Exp", [shifted], "float32");
  return [e.elementwise("Div", [exponential, keeping(context, exponential, "Add", along)], "float32")];
};

/** (x − mean) / √(variance + ε) · scale + shift along the last axis. */
const layerNormalization: NetworkRule = (context, { inputs: [name, scale, shift], attributes }) => {
  const x = context.value(name);
  const { e } = context;
  const last = x.shape.length - 1;
  const mean = (value: Value) =>
    e.elementwise(
      "Mul",
      [keeping(context, value, "Add", last), uniform(1 / x.shape[last], "float32", [])],
      "float32",
    );
  const centred = e.elementwise("Sub", [x, mean(x)], "float32");
  const variance = mean(e.elementwise("Mul", [centred, centred], "float32"));
  const epsilon = uniform(floatOf(attributes.epsilon) ?? 1e-5, "float32", []);
  const deviation = e.elementwise("Sqrt", [e.elementwise("Add", [variance, epsilon], "float32")], "float32");
  const inverse = e.elementwise("Reciprocal", [deviation], "float32");
  const normal = e.elementwise("Mul", [centred, inverse], "float32");
  const scaled = e.elementwise("Mul", [normal, context.value(scale)], "float32");
  return [shift ? e.elementwise("Add", [scaled, context.value(shift)], "float32") : scaled];
};

const clip: NetworkRule = (context, { inputs: [x, low, high] }) => {
  const raised = low ? elementwise(context, "Max", [context.value(x), context.value(low)]) : context.value(x);
  return [high ? elementwise(context, "Min", [raised, context.value(high)]) : raised];
};

const leakyRelu: NetworkRule = (context, { inputs: [x], attributes }) => {
  const value = context.value(x);
  const alpha = uniform(floatOf(attributes.alpha) ?? 0.01, "float32", []);
  return [elementwise(context, "Max", [value, elementwise(context, "Mul", [value, alpha])])];
};

/** Reshape to a shape in which 0 keeps a size and −1 takes the rest. */
const reshaped: NetworkRule = (context, { inputs: [name, shape] }) => {
  const x = context.value(name);
  const sizes = context.ints(shape).map((size, axis) => (size === 0 ? x.shape[axis] : size));
  const known = sizes.reduce((product, size) => (size < 0 ? product : product * size), 1);
  return [
    reshape(
      context.e,
      x,
      sizes.map((size) => (size < 0 ? sizeOf(x.shape) / known : size)),
    ),
  ];
};

const squeeze: NetworkRule = (context, { inputs: [name, axes] }) => {
  const x = context.value(name);
  const dropped = context.ints(axes).map((axis) => axisOf(axis, x.shape.length));
  return [
    reshape(
      context.e,
      x,
      x.shape.filter((_, axis) => !dropped.includes(axis)),
    ),
  ];
};

const unsqueeze: NetworkRule = (context, { inputs: [name, axes] }) => {
  const x = context.value(name);
  const rank = x.shape.length + context.ints(axes).length;
  const added = context.ints(axes).map((axis) => axisOf(axis, rank));
  let next = 0;
  return [
    reshape(
      context.e,
      x,
      range(rank).map((axis) => (added.includes(axis) ? 1 : x.shape[next++])),
    ),
  ];
};

const split: NetworkRule = (context, { inputs: [name, sizes], attributes: { axis = 0 } }) => {
  const x = context.value(name);
  const along = axisOf(axis, x.shape.length);
  let start = 0;
  return context.ints(sizes).map((size) => {
    const bounds = x.shape.map((d, i): [number, number] => (i === along ? [start, start + size] : [0, d]));
    start += size;
    return slice(context.e, x, bounds);
  });
};

const sum: NetworkRule = (context, { inputs: [name, axes], attributes: { keepdims = 1 } }) => {
  const x = context.value(name);
  const along = context.ints(axes).map((axis) => axisOf(axis, x.shape.length));
  const reduced = reduce(context.e, x, "Add", along);
  const kept = x.shape.map((size, axis) => (along.includes(axis) ? 1 : size));
  return [keepdims ? reshape(context.e, reduced, kept) : reduced];
};

/** Rows of a table, or of integers that are known. */
const gather: NetworkRule = (context, { inputs: [table, positions], outputs: [output] }) => {
  const integers = context.integers.get(table);
  if (integers) {
    context.integers.set(
      output,
      context.ints(positions).map((position) => integers[position]),
    );
    return [];
  }
  const [rows, at] = [context.value(table), context.value(positions)];
  const shape = [...at.shape, ...rows.shape.slice(1)];
  const names = [context.e.fullName(rows), context.e.fullName(at)];
  return [context.e.op("Gather", names, { dtype: "float32", shape }, { axis: 0 })];
};

const shapeOf: NetworkRule = (context, { inputs: [x], outputs: [output] }) => {
  context.integers.set(output, context.value(x).shape);
  return [];
};

const rangeOf: NetworkRule = (context, { inputs, outputs: [output] }) => {
  const [start, limit, step] = inputs.map((input) => context.ints(input)[0]);
  const count = Math.ceil((limit - start) / step);
  context.integers.set(
    output,
    range(count).map((i) => start + i * step),
  );
  return [];
};

/** Known integers as floats. */
const cast: NetworkRule = (context, { inputs: [x] }) => {
  const data = Float32Array.from(context.ints(x));
  return [context.e.constant({ dtype: "float32", shape: [data.length], data })];
};

export const networkRules: Readonly<Record<string, NetworkRule>> = {
  ...Object.fromEntries(
    "Add Sub Mul Div Max Min Relu Sin Cos Tanh Sqrt Exp".split(" ").map((type) => [type, entrywise]),
  ),
  Conv: convolution,
  MaxPool: maxPool,
  AveragePool: averagePool,
  MatMul: linear,
  Clip: clip,
  LeakyRelu: leakyRelu,
  Softmax: softmax,
  LayerNormalization: layerNormalization,
  Flatten: flatten,
  Reshape: reshaped,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Split: split,
  ReduceSum: sum,
  Gather: gather,
  Shape: shapeOf,
  Range: rangeOf,
  Cast: cast,
  Identity: (context, { inputs: [x] }) => [context.value(x)],
  Transpose: (context, { inputs: [x], attributes: { perm } }) => [
    transpose(context.e, context.value(x), perm as readonly number[]),
  ],
  Concat: (context, { inputs, attributes: { axis } }) => {
    const parts = inputs.map((input) => context.value(input));
    return [concatenate(context.e, parts, axisOf(axis, parts[0].shape.length))];
  },
};
