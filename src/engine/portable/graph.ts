/** Graphs for other runtimes: named inputs and outputs, whose axes may have names instead of sizes. */

import type { Initializer, OnnxNode, Port } from "../lower/onnx.js";

export interface PortableGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** The graph with tensors renamed. Names that `names` lacks stay. */
export function renamed(graph: PortableGraph, names: ReadonlyMap<string, string>): PortableGraph {
  const nameOf = (name: string) => names.get(name) ?? name;
  const named = <T extends { readonly name: string }>(item: T): T => ({ ...item, name: nameOf(item.name) });
  return {
    nodes: graph.nodes.map(({ type, inputs, outputs, attributes }) => ({
      type,
      inputs: inputs.map(nameOf),
      outputs: outputs.map(nameOf),
      attributes,
    })),
    initializers: graph.initializers.map(named),
    inputs: graph.inputs.map(named),
    outputs: graph.outputs.map(named),
  };
}

/** The graph without `Identity` operators in front of outputs, if another operator can write the output itself. */
export function withoutIdentities(graph: PortableGraph): PortableGraph {
  const computed = new Set(
    graph.nodes.filter(({ type }) => type !== "Identity").flatMap(({ outputs }) => outputs),
  );
  const names = new Map<string, string>();
  const nodes = graph.nodes.filter(({ type, inputs: [source], outputs: [output] }) => {
    if (type !== "Identity" || !computed.has(source) || names.has(source)) return true;
    names.set(source, output);
    return false;
  });
  return renamed({ ...graph, nodes }, names);
}
