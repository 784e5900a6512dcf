/**
 * Graph rewrite: small matrix products as elementwise operators, which kernels compute.
 *
 * x [.., m, k] · y [.., k, n] is the sum along k of x [.., m, 1, k] times yᵀ [.., 1, n, k]. A call of ONNX Runtime costs
 * more than such a product, and so does every further matrix of a batch.
 */

import { type Initializer, intsConstant, type OnnxGraph, type OnnxNode } from "../../lower/onnx.js";
import type { TensorTable } from "../../lower/tensors.js";
import type { Shape } from "../../lower/values.js";

/** Multiplications that take a kernel as long as a call takes ONNX Runtime, and as each matrix of a batch does. */
const CALL_COST = 1 << 16;
const MATRIX_COST = 1 << 14;

/** The graph with its small matrix products written out. */
export function expandSmallProducts(graph: OnnxGraph, tensors: TensorTable): OnnxGraph {
  const initializers: Initializer[] = [...graph.initializers];
  const ints = (name: string, values: readonly number[]) => {
    initializers.push(intsConstant(name, values));
    return name;
  };
  const nodes = graph.nodes.flatMap((node): OnnxNode[] => {
    const [x, y] = node.inputs;
    const [output] = node.outputs;
    if (node.type !== "MatMul" || !isSmall(tensors.of(x).shape, tensors.of(output).shape)) return [node];
    const name = (part: string) => `${output} ${part}`;
    const reshaped = (input: string, shape: Shape, part: string): OnnxNode => ({
      type: "Reshape",
      inputs: [input, ints(name(`${part} shape`), shape)],
      outputs: [name(part)],
      attributes: {},
    });
    const [a, b] = [tensors.of(x).shape, tensors.of(y).shape];
    const [batch, [k, n]] = [b.slice(0, -2), b.slice(-2)];
    const perm = [...batch.keys(), batch.length + 1, batch.length];
    return [
      reshaped(x, [...a.slice(0, -1), 1, k], "rows"),
      { type: "Transpose", inputs: [y], outputs: [name("transposed")], attributes: { perm } },
      reshaped(name("transposed"), [...batch, 1, n, k], "columns"),
      {
        type: "Mul",
        inputs: [name("rows"), name("columns")],
        outputs: [name("products")],
        attributes: {},
      },
      {
        type: "ReduceSum",
        inputs: [name("products"), ints(name("axis"), [tensors.of(output).shape.length])],
        outputs: [output],
        attributes: { keepdims: 0 },
      },
    ];
  });
  return { ...graph, nodes, initializers };
}

function isSmall(x: Shape, output: Shape): boolean {
  const matrices = output.slice(0, -2).reduce((a, b) => a * b, 1);
  const multiplications = x.at(-1)! * output.at(-2)! * output.at(-1)!;
  return matrices * multiplications <= CALL_COST + matrices * MATRIX_COST;
}
