/**
 * Folds constants: what depends on no input is computed once, by ONNX Runtime, and becomes a constant of the graph. Broadcasts
 * stay: they take less space than their results, whose size may be that of a free axis.
 */

import { liveOf } from "../lower/graph.js";
import { encodeOnnx, type Initializer, type OnnxGraph, type OnnxNode } from "../lower/onnx.js";
import { TensorTable } from "../lower/tensors.js";
import { runOnce } from "./session.js";

/** The graph with folded constants. */
export async function folded(graph: OnnxGraph): Promise<OnnxGraph> {
  const tensors = new TensorTable(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const constant = new Set(graph.initializers.map(({ name }) => name));
  const isConstant = (node: OnnxNode) =>
    node.type !== "Expand" &&
    node.inputs.every((input) => input === "" || constant.has(input)) &&
    !node.outputs.some((output) => outputs.has(output));
  const before: OnnxNode[] = [];
  const after: OnnxNode[] = [];
  for (const node of graph.nodes) {
    const isFolded = isConstant(node);
    (isFolded ? before : after).push(node);
    if (isFolded) for (const output of node.outputs) constant.add(output);
  }
  const read = new Set(after.flatMap(({ inputs }) => inputs));
  const needed = before.flatMap((node) => node.outputs.filter((output) => read.has(output)));
  if (needed.length === 0) return graph;
  const specs = needed.map((name) => ({ name, ...tensors.of(name) }));
  const computed = liveOf({
    nodes: before,
    initializers: graph.initializers,
    inputs: [],
    outputs: specs as OnnxGraph["outputs"],
  });
  const results = await runOnce(encodeOnnx(computed), {});
  const constants = specs.map(
    ({ name, dtype, shape }): Initializer => ({ name, dtype, shape, data: results[name].data }),
  );
  return liveOf({ ...graph, nodes: after, initializers: [...graph.initializers, ...constants] });
}
