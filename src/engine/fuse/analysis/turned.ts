/**
 * Products of moved matrices as they are: BLAS reads a factor by rows or by columns alike, so nothing has to be
 * written turned, and what is turned twice is read where it was. MatMul of a turned factor becomes Gemm with `transA` or
 * `transB`; where matrices lie side by side, ONNX Runtime's FusedMatMul.
 */

import { sizeOf } from "../../../base/array.js";
import { liveOf } from "../../lower/graph.js";
import { intsConstant, type OnnxGraph, type OnnxNode } from "../../lower/onnx.js";
import { Tensors } from "./infer.js";
import { type Index, plain, SplitLoop, stridesOf, throughView, Unreadable } from "./views.js";

/** The graph with moved factors read in place; what nothing reads any more is left out. */
export function readTurned(graph: OnnxGraph): OnnxGraph {
  const tensors = new Tensors(graph);
  const initializers = [...graph.initializers];
  /** The factors that are read elsewhere: what is behind them is named once. */
  const read = new Set<string>();
  const nodes = graph.nodes.flatMap((node): OnnxNode[] => {
    if (node.type !== "MatMul" || tensors.of(node.outputs[0]).dtype !== "float32") return [node];
    const factors = node.inputs.map((name) => ({ name, behind: behindMoves(name, tensors) }));
    const rank = tensors.of(node.inputs[0]).shape.length;
    const same = rank === tensors.of(node.inputs[1]).shape.length && (rank === 2 || rank === 3);
    if (!same || factors.every(({ behind }) => behind === undefined)) return [node];
    const views = factors.flatMap(({ name, behind }): OnnxNode[] => {
      if (behind === undefined || read.has(name)) return [];
      read.add(name);
      const { shape } = tensors.of(name);
      const matrix = shape.slice(-2);
      const as = [...shape.slice(0, -2), ...(behind.turned ? matrix.toReversed() : matrix)];
      const constant = intsConstant(`${name}_shape`, as);
      initializers.push(constant);
      const outputs = [`${name}_behind`];
      return [{ type: "Reshape", inputs: [behind.at, constant.name], outputs, attributes: {} }];
    });
    const inputs = factors.map(({ name, behind }) => (behind === undefined ? name : `${name}_behind`));
    const [transA, transB] = factors.map(({ behind }) => (behind?.turned ? 1 : 0));
    if (transA + transB === 0) return [...views, { ...node, inputs }];
    const type = rank === 2 ? "Gemm" : "FusedMatMul";
    return [...views, { ...node, type, inputs, attributes: { transA, transB } }];
  });
  return liveOf({ ...graph, nodes, initializers });
}

/** A tensor that holds the matrices of another one, in their order, or the same matrices turned. */
interface Behind {
  readonly at: string;
  readonly turned: boolean;
}

/** What is behind the moves that `name` is made by, as far back as it can be read as it is; undefined if nothing. */
function behindMoves(name: string, tensors: Tensors): Behind | undefined {
  const { shape } = tensors.of(name);
  const [rows, columns] = shape.slice(-2);
  if (rows === 1 || columns === 1) return undefined;
  const lead = sizeOf(shape.slice(0, -2));
  let found: Behind | undefined;
  for (let factors = [lead, rows, columns], groups = [0, 1, 2]; ; ) {
    try {
      let index: Index = shape.map((size, axis) => {
        const group = axis - shape.length + 3;
        return plain(
          size,
          size === 1 ? [] : factors.flatMap((_, loop) => (groups[loop] === group ? [loop] : [])),
        );
      });
      let moved = false;
      for (let at = name; ; ) {
        const { strides, offset } = stridesOf(index, tensors.of(at).shape, factors);
        const whole = sizeOf(tensors.of(at).shape) === sizeOf(shape) && offset === 0;
        if (whole && areNested(strides, factors, groups, TURNED)) found = { at, turned: true };
        if (whole && moved && areNested(strides, factors, groups, AS_IT_IS)) found = { at, turned: false };
        const node = tensors.producers.get(at);
        if (!node || !["Reshape", "Transpose", "Identity"].includes(node.type)) return found;
        moved ||= node.type === "Transpose";
        index = throughView(node, index, tensors, factors);
        at = node.inputs[0];
      }
    } catch (reason) {
      if (reason instanceof Unreadable) return found;
      if (!(reason instanceof SplitLoop)) throw reason;
      const { loop, outer } = reason;
      factors = factors.toSpliced(loop, 1, outer, factors[loop] / outer);
      groups = groups.toSpliced(loop, 0, groups[loop]);
    }
  }
}

/** Groups of loops (0 lead, 1 rows, 2 columns) from the innermost to the outermost. */
const TURNED = [1, 2, 0];
const AS_IT_IS = [2, 1, 0];

/** Whether loops move through an array as if its axes were their groups in that order, innermost first. */
function areNested(
  strides: readonly number[],
  factors: readonly number[],
  groups: readonly number[],
  order: readonly number[],
): boolean {
  let weight = 1;
  for (const group of order)
    for (let loop = factors.length - 1; loop >= 0; loop--) {
      if (groups[loop] !== group || factors[loop] === 1) continue;
      if (strides[loop] !== weight) return false;
      weight *= factors[loop];
    }
  return true;
}
