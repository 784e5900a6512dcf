/** Which nodes of a graph kernels can compute; the others are left to ONNX Runtime. */

import type { OnnxGraph, OnnxNode } from "../../lower/onnx.js";
import type { TensorTable } from "../../lower/tensors.js";
import { elementwiseTypes, reduceTypes } from "./kernel.js";
import { originOf } from "./places.js";
import { viewTypes } from "./views.js";

/**
 * The nodes that kernels compute. Kernels store float32 only and keep booleans in registers, so a node that reads a
 * boolean from ONNX Runtime, or whose boolean result it needs, is not fusable; nor is, then, whatever depends on it.
 */
export function fusableNodes(graph: OnnxGraph, tensors: TensorTable): ReadonlySet<OnnxNode> {
  const fusable = new Set(graph.nodes.filter((node) => isSupported(node, tensors)));
  while (removeBoundaryBooleans(fusable, graph, tensors));
  return fusable;
}

/** Whether kernels have the operator for these element types. */
function isSupported({ type, inputs, outputs }: OnnxNode, tensors: TensorTable): boolean {
  const [x, ...rest] = inputs;
  const is = (dtype: string, name: string) => tensors.types.get(name)!.dtype === dtype;
  const isHeld = (name: string) => is("float32", name) || is("bool", name);
  if (elementwiseTypes.has(type)) return [...inputs, outputs[0]].every(isHeld);
  if (reduceTypes.has(type) || type === "Concat") return is("float32", x);
  if (viewTypes.has(type) || type === "Pad")
    return is("float32", x) && rest.every((input) => tensors.constants.has(input));
  return false;
}

/** Remove nodes with a boolean that crosses between kernels and ONNX Runtime; whether there was any. */
function removeBoundaryBooleans(fusable: Set<OnnxNode>, graph: OnnxGraph, tensors: TensorTable): boolean {
  const { types, constants, producers } = tensors;
  const isBool = (name: string) => types.get(name)!.dtype === "bool";
  const readOutside = new Set(graph.nodes.flatMap((node) => (fusable.has(node) ? [] : node.inputs)));
  for (const { name } of graph.outputs) readOutside.add(originOf(name, tensors).name);
  const isFromOutside = (name: string) => {
    const producer = producers.get(name);
    return isBool(name) && !(producer && fusable.has(producer)) && constants.get(name)?.data.length !== 1;
  };
  let removed = false;
  for (const node of fusable) {
    const [output] = node.outputs;
    if (!(isBool(output) && readOutside.has(output)) && !node.inputs.some(isFromOutside)) continue;
    fusable.delete(node);
    removed = true;
  }
  return removed;
}
