/**
 * Little matrix products as what kernels do: x [.., m, k] · y [.., k, n] is the sum along k of x [.., m, 1, k] times
 * yᵀ [.., 1, n, k]. A call of ONNX Runtime costs more than they do, and so does every matrix of a stack.
 */

import { type Initializer, intsConstant, type OnnxGraph, type OnnxNode } from "../../lower/onnx.js";
import type { Shape } from "../../lower/values.js";
import type { Tensors } from "./infer.js";

/** The multiplications that take a kernel as long as a call takes ONNX Runtime, and as each matrix of a stack does. */
const CALL = 1 << 16;
const MATRIX = 1 << 14;

/** The graph with its little products written out. */
export function withLittleProducts(graph: OnnxGraph, tensors: Tensors): OnnxGraph {
  const initializers: Initializer[] = [...graph.initializers];
  const ints = (name: string, values: readonly number[]) => {
    initializers.push(intsConstant(name, values));
    return name;
  };
  const nodes = graph.nodes.flatMap((node): OnnxNode[] => {
    const [x, y] = node.inputs;
    const [out] = node.outputs;
    if (node.type !== "MatMul" || !isLittle(tensors.of(x).shape, tensors.of(out).shape)) return [node];
    const name = (part: string) => `${out} ${part}`;
    const reshaped = (input: string, shape: Shape, part: string): OnnxNode => ({
      type: "Reshape",
      inputs: [input, ints(name(`${part} shape`), shape)],
      outputs: [name(part)],
      attributes: {},
    });
    const [a, b] = [tensors.of(x).shape, tensors.of(y).shape];
    const [lead, [k, n]] = [b.slice(0, -2), b.slice(-2)];
    const perm = [...lead.keys(), lead.length + 1, lead.length];
    return [
      reshaped(x, [...a.slice(0, -1), 1, k], "rows"),
      { type: "Transpose", inputs: [y], outputs: [name("turned")], attributes: { perm } },
      reshaped(name("turned"), [...lead, 1, n, k], "columns"),
      {
        type: "Mul",
        inputs: [name("rows"), name("columns")],
        outputs: [name("products")],
        attributes: {},
      },
      {
        type: "ReduceSum",
        inputs: [name("products"), ints(name("axis"), [tensors.of(out).shape.length])],
        outputs: [out],
        attributes: { keepdims: 0 },
      },
    ];
  });
  return { ...graph, nodes, initializers };
}

function isLittle(x: Shape, out: Shape): boolean {
  const matrices = out.slice(0, -2).reduce((a, b) => a * b, 1);
  const each = x.at(-1)! * out.at(-2)! * out.at(-1)!;
  return matrices * each <= CALL + matrices * MATRIX;
}
