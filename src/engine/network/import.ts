/**
 * Turns a network's file, for inputs of certain shapes, into a graph of the engine. Convolutions become channels-last, which
 * suits products and kernels; the transpositions between them cancel. A convolution or linear layer takes in the activation
 * that follows.
 */

import { GraphBuilder } from "../lower/graph.js";
import type { OnnxGraph } from "../lower/onnx.js";
import { Emitter } from "../lower/values.js";
import { ImportContext } from "./context.js";
import type { NetworkFile } from "./read.js";
import { networkRules } from "./rules.js";

/** The graph of a network whose inputs have these shapes, by name. @throws {Error} if it has an operator without a rule */
export function importNetwork(file: NetworkFile, shapes: ReadonlyMap<string, readonly number[]>): OnnxGraph {
  const graph = new GraphBuilder();
  const context = new ImportContext(file, new Emitter(graph), networkRules);
  for (const { name, dtype } of file.inputs) {
    const shape = shapes.get(name)!;
    // Programs take no 64-bit integers: positions are given in 32 bits.
    const spec = { name: `${name} input`, shape, dtype: dtype === "int64" ? ("int32" as const) : dtype };
    context.values.set(name, { ...spec, stored: shape, name: graph.input(spec) });
  }
  for (const node of file.nodes) context.add(node);
  for (const { name } of file.outputs) {
    const value = context.value(name);
    graph.output(context.e.fullName(value), { name, shape: value.shape, dtype: "float32" });
  }
  return graph.finish();
}
