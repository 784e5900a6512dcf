/**
 * Products of transposed matrices as they are: BLAS reads a factor by rows or by columns alike, so nothing has to be
 * written turned. MatMul of a turned factor becomes Gemm with `transA` or `transB`; where matrices lie side by side,
 * ONNX Runtime's FusedMatMul.
 */

import { sizeOf } from "../../base/array.js";
import { liveOf } from "../graph.js";
import { intsConstant, type OnnxGraph, type OnnxNode } from "../onnx.js";
import { Tensors } from "./infer.js";
import { type Index, plain, SplitLoop, stridesOf, throughView, Unreadable } from "./views.js";

/** The graph with turned factors read in place; what nothing reads any more is left out. */
export function readTurned(graph: OnnxGraph): OnnxGraph {
  const tensors = new Tensors(graph);
  const initializers = [...graph.initializers];
  /** The factors that are read turned: what is behind them is named once. */
  const read = new Set<string>();
  const nodes = graph.nodes.flatMap((node): OnnxNode[] => {
    if (node.type !== "MatMul" || tensors.of(node.outputs[0]).dtype !== "float32") return [node];
    const factors = node.inputs.map((name) => ({ name, behind: behindTurn(name, tensors) }));
    const rank = tensors.of(node.inputs[0]).shape.length;
    const same = rank === tensors.of(node.inputs[1]).shape.length && (rank === 2 || rank === 3);
    if (!same || factors.every(({ behind }) => behind === undefined)) return [node];
    const views = factors.flatMap(({ name, behind }): OnnxNode[] => {
      if (behind === undefined || read.has(name)) return [];
      read.add(name);
      const { shape } = tensors.of(name);
      const turned = intsConstant(`${name}_shape`, [...shape.slice(0, -2), shape[rank - 1], shape[rank - 2]]);
      initializers.push(turned);
      return [
        { type: "Reshape", inputs: [behind, turned.name], outputs: [`${name}_turned`], attributes: {} },
      ];
    });
    const [transA, transB] = factors.map(({ behind }) => (behind === undefined ? 0 : 1));
    return [
      ...views,
      {
        type: rank === 2 ? "Gemm" : "FusedMatMul",
        inputs: factors.map(({ name, behind }) => (behind === undefined ? name : `${name}_turned`)),
        outputs: node.outputs,
        attributes: { transA, transB },
      },
    ];
  });
  return liveOf({ ...graph, nodes, initializers });
}

/** The tensor whose entries, in their order, are those of `name` with its last two axes swapped; undefined if none. */
function behindTurn(name: string, tensors: Tensors): string | undefined {
  const { shape } = tensors.of(name);
  const [rows, columns] = shape.slice(-2);
  if (rows === 1 || columns === 1) return undefined;
  const lead = sizeOf(shape.slice(0, -2));
  let found: string | undefined;
  for (let factors = [lead, rows, columns], groups = [0, 1, 2]; ; ) {
    try {
      let index: Index = shape.map((size, axis) => {
        const group = axis - shape.length + 3;
        return plain(
          size,
          size === 1 ? [] : factors.flatMap((_, loop) => (groups[loop] === group ? [loop] : [])),
        );
      });
      for (let at = name; ; ) {
        const { strides, offset } = stridesOf(index, tensors.of(at).shape, factors);
        const whole = sizeOf(tensors.of(at).shape) === sizeOf(shape);
        if (whole && offset === 0 && isTurn(strides, factors, groups)) found = at;
        const node = tensors.producers.get(at);
        if (!node || !["Reshape", "Transpose", "Identity"].includes(node.type)) return found;
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

/** Whether loops over (lead, rows, columns) move through an array as its (lead, columns, rows). */
function isTurn(strides: readonly number[], factors: readonly number[], groups: readonly number[]): boolean {
  let weight = 1;
  for (const group of [1, 2, 0])
    for (let loop = factors.length - 1; loop >= 0; loop--) {
      if (groups[loop] !== group || factors[loop] === 1) continue;
      if (strides[loop] !== weight) return false;
      weight *= factors[loop];
    }
  return true;
}
