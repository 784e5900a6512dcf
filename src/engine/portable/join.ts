/** Joins two graphs into one: outputs of the first are inputs of the second by name, and equal constants are shared. */

import { sha256 } from "../../base/sha256.js";
import type { Initializer } from "../lower/onnx.js";
import { type PortableGraph, renamed, withoutIdentities } from "./graph.js";

/** The graph that computes `second` on the results of `first`; its outputs are those of `second`. */
export function joined(first: PortableGraph, second: PortableGraph): PortableGraph {
  const given = new Set(first.outputs.map(({ name }) => name));
  const ports = new Set([...second.inputs, ...second.outputs].map(({ name }) => name));
  const inner = [
    ...second.nodes.flatMap(({ outputs }) => outputs),
    ...second.initializers.map(({ name }) => name),
  ].filter((name) => !ports.has(name));
  const next = renamed(second, new Map(inner.map((name) => [name, `predict_${name}`])));
  const both: PortableGraph = {
    nodes: [...first.nodes, ...next.nodes],
    initializers: [...first.initializers, ...next.initializers],
    inputs: [...first.inputs, ...next.inputs.filter(({ name }) => !given.has(name))],
    outputs: next.outputs,
  };
  return withoutUnused(withoutIdentities(withSharedConstants(both)));
}

/** Each constant once. */
function withSharedConstants(graph: PortableGraph): PortableGraph {
  const kept = new Map<string, Initializer>();
  const names = new Map<string, string>();
  for (const constant of graph.initializers) {
    const key = keyOf(constant);
    const same = kept.get(key);
    if (same) names.set(constant.name, same.name);
    else kept.set(key, constant);
  }
  return { ...renamed(graph, names), initializers: [...kept.values()] };
}

function keyOf({ dtype, shape, data }: Initializer): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return `${dtype}[${shape}]${sha256(bytes)}`;
}

/** The graph without operators and constants that no output needs. */
function withoutUnused(graph: PortableGraph): PortableGraph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const nodes = graph.nodes.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some((output) => needed.has(output))) return false;
    for (const input of inputs) needed.add(input);
    return true;
  });
  return {
    ...graph,
    nodes: nodes.reverse(),
    initializers: graph.initializers.filter(({ name }) => needed.has(name)),
  };
}
