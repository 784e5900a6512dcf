/** Shape and type inference: element type and shape of every tensor of a graph, by one rule per operator. */

import { invariant } from "../../base/errors.js";
import { dataType, type GraphDType, type Initializer, type OnnxGraph, type OnnxNode } from "./onnx.js";
import { broadcastShapes, type Shape } from "./values.js";

interface TensorType {
  readonly dtype: GraphDType;
  readonly shape: Shape;
}

/** The tensors of a graph by name: type and shape, value if constant, and the node that computes it. */
export class TensorTable {
  readonly types = new Map<string, TensorType>();
  readonly constants = new Map<string, Initializer>();
  readonly producers = new Map<string, OnnxNode>();

  /** @throws {RunError} `internal` if an operator has no shape rule. */
  constructor(graph: OnnxGraph) {
    for (const { name, dtype, shape } of graph.inputs) this.types.set(name, { dtype, shape });
    for (const constant of graph.initializers) {
      this.constants.set(constant.name, constant);
      this.types.set(constant.name, { dtype: constant.dtype, shape: constant.shape });
    }
    for (const node of graph.nodes) {
      const rule = rules[node.type];
      invariant(rule, `operator ${node.type} has no shape rule`);
      const results = rule(node, this);
      for (const [i, output] of node.outputs.entries()) {
        this.producers.set(output, node);
        this.types.set(output, results[Math.min(i, results.length - 1)]);
      }
    }
  }

  /** Element type and shape of a tensor. */
  of(name: string): TensorType {
    const type = this.types.get(name);
    invariant(type, `tensor ${name} is used before it is computed`);
    return type;
  }

  /** Values of a constant integer vector, such as a shape or a list of axes. */
  ints(name: string): number[] {
    const constant = this.constants.get(name);
    invariant(constant, `tensor ${name} is not a constant`);
    return Array.from(constant.data as Iterable<bigint | number>, Number);
  }
}

type Rule = (node: OnnxNode, tensors: TensorTable) => TensorType[];

const dtypeOf = (code: number) =>
  (Object.keys(dataType) as GraphDType[]).find((dtype) => dataType[dtype] === code)!;

const broadcast: Rule = ({ inputs }, t) => [
  { dtype: t.of(inputs[0]).dtype, shape: broadcastShapes(...inputs.map((input) => t.of(input).shape)) },
];
const logical: Rule = (node, t) => [{ ...broadcast(node, t)[0], dtype: "bool" }];

const reduce: Rule = ({ inputs: [x, axes] }, t) => {
  const { dtype, shape } = t.of(x);
  const reduced = t.ints(axes);
  return [{ dtype, shape: shape.filter((_, axis) => !reduced.includes(axis)) }];
};

const matmul: Rule = ({ inputs: [x, y] }, t) => {
  const [a, b] = [t.of(x), t.of(y)];
  const lead = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [{ dtype: a.dtype, shape: [...lead, a.shape.at(-2)!, b.shape.at(-1)!] }];
};

/** Gemm and FusedMatMul: matrix products whose operands may be transposed. */
const product: Rule = ({ inputs: [x, y], attributes: { transA, transB } }, t) => {
  const [a, b] = [t.of(x), t.of(y)];
  const [rows, columns] = [a.shape.at(transA ? -1 : -2)!, b.shape.at(transB ? -2 : -1)!];
  return [{ dtype: a.dtype, shape: [...a.shape.slice(0, -2), rows, columns] }];
};

const conv: Rule = ({ inputs: [x, w], attributes }, t) => {
  const [a, b] = [t.of(x), t.of(w)];
  const [pads, strides, dilations] = ["pads", "strides", "dilations"].map(
    (name) => attributes[name] as readonly number[],
  );
  const rank = strides.length;
  const space = a.shape.slice(2).map((size, i) => {
    const reach = dilations[i] * (b.shape[i + 2] - 1) + 1;
    return Math.floor((size + pads[i] + pads[i + rank] - reach) / strides[i]) + 1;
  });
  return [{ dtype: a.dtype, shape: [a.shape[0], b.shape[0], ...space] }];
};

/** Windows without padding. */
const maxPool: Rule = ({ inputs: [x], attributes }, t) => {
  const { dtype, shape } = t.of(x);
  const [windows, strides] = ["kernel_shape", "strides"].map((name) => attributes[name] as readonly number[]);
  const space = shape.slice(2).map((size, i) => Math.floor((size - windows[i]) / strides[i]) + 1);
  return [{ dtype, shape: [...shape.slice(0, 2), ...space] }];
};

/** A product without ONNX Runtime (fuse/products/rewrite.ts): batches of A and B broadcast unless B is in panels. */
const ownProduct: Rule = ({ inputs: [x, y], attributes: { n, transA, b } }, t) => {
  const [first, second] = [t.of(x), t.of(y)];
  const lead = broadcastShapes(first.shape.slice(0, -2), b === "panels" ? [] : second.shape.slice(0, -2));
  return [{ dtype: first.dtype, shape: [...lead, first.shape.at(transA ? -1 : -2)!, Number(n)] }];
};

/** A convolution of a network: x [N, H, W, C]; the size of the kernel and the channels of the result are attributes. */
const convLast: Rule = ({ inputs: [x], attributes }, t) => {
  const { dtype, shape } = t.of(x);
  const { strides, pads, kernel } = attributes as Readonly<Record<string, readonly number[]>>;
  const space = [0, 1].map(
    (i) => Math.floor((shape[i + 1] + pads[i] + pads[i + 2] - kernel[i]) / strides[i]) + 1,
  );
  return [{ dtype, shape: [shape[0], ...space, Number(attributes.channels)] }];
};

const sliced: Rule = ({ inputs: [x, starts, ends, axes, steps] }, t) => {
  const { dtype, shape } = t.of(x);
  const out = [...shape];
  const [from, to] = [t.ints(starts), t.ints(ends)];
  for (const [i, axis] of t.ints(axes).entries())
    if (steps === undefined) out[axis] = Math.min(to[i], shape[axis]) - from[i];
  return [{ dtype, shape: out }];
};

const padded: Rule = ({ inputs: [x, pads] }, t) => {
  const { dtype, shape } = t.of(x);
  const widths = t.ints(pads);
  return [{ dtype, shape: shape.map((size, i) => size + widths[i] + widths[i + shape.length]) }];
};

const concat: Rule = ({ inputs, attributes }, t) => {
  const parts = inputs.map((input) => t.of(input));
  const axis = attributes.axis as number;
  const size = parts.reduce((sum, { shape }) => sum + shape[axis], 0);
  return [{ dtype: parts[0].dtype, shape: parts[0].shape.map((other, i) => (i === axis ? size : other)) }];
};

const same: Rule = ({ inputs: [x] }, t) => [t.of(x)];

const forAll = (types: string, rule: Rule) =>
  Object.fromEntries(types.split(" ").map((type) => [type, rule]));

const rules: Readonly<Record<string, Rule>> = {
  ...forAll("Add Sub Mul Div Max Min Mod And Or Xor", broadcast),
  ...forAll("Less LessOrEqual Equal", logical),
  ...forAll("Abs Asin Atan Ceil Cos Erf Exp Floor Identity Log Neg Not Reciprocal Relu Sin Sqrt Tanh", same),
  ...forAll("ReduceSum ReduceMax ReduceMin ReduceProd", reduce),
  Cast: ({ inputs: [x], attributes }, t) => [
    { dtype: dtypeOf(attributes.to as number), shape: t.of(x).shape },
  ],
  Where: ({ inputs }, t) => [{ ...broadcast({ inputs } as OnnxNode, t)[0], dtype: t.of(inputs[1]).dtype }],
  Reshape: ({ inputs: [x, shape] }, t) => [{ dtype: t.of(x).dtype, shape: t.ints(shape) }],
  Expand: ({ inputs: [x, shape] }, t) => [
    { dtype: t.of(x).dtype, shape: broadcastShapes(t.of(x).shape, t.ints(shape)) },
  ],
  Transpose: ({ inputs: [x], attributes }, t) => [
    {
      dtype: t.of(x).dtype,
      shape: (attributes.perm as readonly number[]).map((axis) => t.of(x).shape[axis]),
    },
  ],
  Slice: sliced,
  Pad: padded,
  Concat: concat,
  MatMul: matmul,
  Gemm: product,
  FusedMatMul: product,
  Conv: conv,
  Product: ownProduct,
  MaxPool: maxPool,
  ConvLast: convLast,
  Linear: matmul,
  Gather: ({ inputs: [x, positions] }, t) => [
    { dtype: t.of(x).dtype, shape: [...t.of(positions).shape, ...t.of(x).shape.slice(1)] },
  ],
  ScatterND: same,
  TopK: ({ inputs: [x] }, t) => [t.of(x), { dtype: "int64", shape: t.of(x).shape }],
};
