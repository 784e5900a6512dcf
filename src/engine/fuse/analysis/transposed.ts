/**
 * Graph rewrite: matrix products read transposed operands in place.
 *
 * BLAS reads a matrix by rows or by columns alike, so an operand need not be written transposed. MatMul of a transposed
 * operand becomes Gemm with `transA` or `transB`, or ONNX Runtime's FusedMatMul for a batch of matrices. An operand that
 * is transposed twice, with reshapes between, is read where it was.
 */

import { sizeOf } from "../../../base/array.js";
import { liveOf } from "../../lower/graph.js";
import { intsConstant, type OnnxGraph, type OnnxNode } from "../../lower/onnx.js";
import { TensorTable } from "../../lower/tensors.js";
import { counted, type Index, isObstacle, type Obstacle, stridesOf, throughView } from "./views.js";

/** The graph with transposed operands of matrix products read in place, without nodes that this leaves unused. */
export function readTransposed(graph: OnnxGraph): OnnxGraph {
  const tensors = new TensorTable(graph);
  const initializers = [...graph.initializers];
  /** Operands whose origins have a reshape already. */
  const reshaped = new Set<string>();
  const nodes = graph.nodes.flatMap((node): OnnxNode[] => {
    if (node.type !== "MatMul" || tensors.of(node.outputs[0]).dtype !== "float32") return [node];
    const operands = node.inputs.map((name) => ({ name, origin: originOf(name, tensors) }));
    const rank = tensors.of(node.inputs[0]).shape.length;
    const isSameRank = rank === tensors.of(node.inputs[1]).shape.length && (rank === 2 || rank === 3);
    if (!isSameRank || operands.every(({ origin }) => origin === undefined)) return [node];
    const views = operands.flatMap(({ name, origin }): OnnxNode[] => {
      if (origin === undefined || reshaped.has(name)) return [];
      reshaped.add(name);
      const { shape } = tensors.of(name);
      const matrix = shape.slice(-2);
      const stored = [...shape.slice(0, -2), ...(origin.transposed ? matrix.toReversed() : matrix)];
      const constant = intsConstant(`${name}_shape`, stored);
      initializers.push(constant);
      const outputs = [`${name}_origin`];
      return [{ type: "Reshape", inputs: [origin.name, constant.name], outputs, attributes: {} }];
    });
    const inputs = operands.map(({ name, origin }) => (origin === undefined ? name : `${name}_origin`));
    const [transA, transB] = operands.map(({ origin }) => (origin?.transposed ? 1 : 0));
    if (transA + transB === 0) return [...views, { ...node, inputs }];
    const type = rank === 2 ? "Gemm" : "FusedMatMul";
    return [...views, { ...node, type, inputs, attributes: { transA, transB } }];
  });
  return liveOf({ ...graph, nodes, initializers });
}

/** A tensor with the entries of a batch of matrices in row-major order, or those of their transposes. */
interface Origin {
  readonly name: string;
  readonly transposed: boolean;
}

/** Loops through a batch of matrices, and which axis each counts through. */
interface Loops {
  readonly sizes: readonly number[];
  readonly axes: readonly Axis[];
}

type Axis = "batch" | "row" | "column";

/** Axes of a row-major array from the innermost outward. */
const ROW_MAJOR: readonly Axis[] = ["column", "row", "batch"];
const COLUMN_MAJOR: readonly Axis[] = ["row", "column", "batch"];

/** The tensor farthest behind the views that make `name` that holds the same matrices; undefined if there is none. */
function originOf(name: string, tensors: TensorTable): Origin | undefined {
  const { shape } = tensors.of(name);
  const [rows, columns] = shape.slice(-2);
  if (rows === 1 || columns === 1) return undefined;
  let loops: Loops = { sizes: [sizeOf(shape.slice(0, -2)), rows, columns], axes: ["batch", "row", "column"] };
  for (let found: Origin | undefined; ; ) {
    const walked = walkBack(name, tensors, loops, found);
    found = walked.found;
    if (walked.obstacle?.kind !== "split") return found;
    const { loop, outer } = walked.obstacle;
    const { sizes, axes } = loops;
    loops = {
      sizes: sizes.toSpliced(loop, 1, outer, sizes[loop] / outer),
      axes: axes.toSpliced(loop, 0, axes[loop]),
    };
  }
}

/** Follow views back as far as the loops read through them; `found` is the origin known so far. */
function walkBack(
  name: string,
  tensors: TensorTable,
  { sizes, axes }: Loops,
  found: Origin | undefined,
): { found: Origin | undefined; obstacle?: Obstacle } {
  const { shape } = tensors.of(name);
  let index: Index = shape.map((size, axis) => {
    const kind = (["batch", "row", "column"] as const)[axis - shape.length + 3];
    return counted(size, size === 1 ? [] : sizes.flatMap((_, loop) => (axes[loop] === kind ? [loop] : [])));
  });
  let isMoved = false;
  for (let current = name; ; ) {
    const { strides, offset } = stridesOf(index, tensors.of(current).shape, sizes);
    if (sizeOf(tensors.of(current).shape) === sizeOf(shape) && offset === 0) {
      if (isInOrder(strides, { sizes, axes }, COLUMN_MAJOR)) found = { name: current, transposed: true };
      if (isMoved && isInOrder(strides, { sizes, axes }, ROW_MAJOR))
        found = { name: current, transposed: false };
    }
    const node = tensors.producers.get(current);
    if (!node || !["Reshape", "Transpose", "Identity"].includes(node.type)) return { found };
    isMoved ||= node.type === "Transpose";
    const inner = throughView(node, index, tensors, sizes);
    if (isObstacle(inner)) return { found, obstacle: inner };
    index = inner;
    current = node.inputs[0];
  }
}

/** Whether loops of these strides go through a row-major array whose axes are in `order`, the innermost first. */
function isInOrder(strides: readonly number[], { sizes, axes }: Loops, order: readonly Axis[]): boolean {
  let expected = 1;
  for (const axis of order)
    for (let loop = sizes.length - 1; loop >= 0; loop--) {
      if (axes[loop] !== axis || sizes[loop] === 1) continue;
      if (strides[loop] !== expected) return false;
      expected *= sizes[loop];
    }
  return true;
}
