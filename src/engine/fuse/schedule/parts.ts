/** The parts of a graph that kernels do not compute: their nodes, what they read, and what is read of them elsewhere. */

import type { OnnxGraph, OnnxNode } from "../../lower/onnx.js";
import { isWasm } from "../../run/options.js";
import type { Kernel } from "../analysis/kernel.js";
import type { Plan } from "./plan.js";

/** A subgraph with the names of its inputs and outputs. */
export interface Part {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The part of each step that is one, by the step's position. */
export function partsOf(graph: OnnxGraph, plan: Plan): ReadonlyMap<number, Part> {
  if (isWasm(plan.runtime))
    return new Map(
      [...plan.steps.entries()].flatMap(([i, step]) =>
        step.kind === "part" ? [[i, separatePart(step.nodes)] as const] : [],
      ),
    );
  const readers = readersOf(graph, plan);
  return new Map(
    [...plan.steps.entries()].flatMap(([i, step]) =>
      step.kind === "part" ? [[i, partOf(step.nodes, readers, plan)] as const] : [],
    ),
  );
}

/** A node whose operands, constants among them, and results are all in memory. */
function separatePart(nodes: readonly OnnxNode[]): Part {
  const inputs = nodes.flatMap((node) => node.inputs.filter((input) => input !== ""));
  return { nodes, inputs, outputs: nodes.flatMap((node) => node.outputs) };
}

/** Who reads a stored tensor: a node of a part, a kernel, or something outside of all steps. */
type Reader = OnnxNode | Kernel | "outside";

function readersOf(graph: OnnxGraph, { steps, stored }: Plan): ReadonlyMap<string, ReadonlySet<Reader>> {
  const readers = new Map<string, Set<Reader>>();
  const add = (name: string, reader: Reader) => {
    const { name: origin } = stored.originOf(name);
    readers.set(origin, (readers.get(origin) ?? new Set()).add(reader));
  };
  for (const { type, inputs } of graph.nodes)
    if (type === "Concat") for (const input of inputs) add(input, "outside");
  for (const step of steps)
    if (step.kind === "kernel") for (const input of step.kernel.inputs) add(input.name, step.kernel);
    else for (const node of step.nodes) for (const input of node.inputs) add(input, node);
  for (const { name } of graph.outputs) add(name, "outside");
  return readers;
}

/** The part of these nodes, and of the views between them. */
function partOf(
  nodes: readonly OnnxNode[],
  readers: ReadonlyMap<string, ReadonlySet<Reader>>,
  { tensors, stored }: Plan,
): Part {
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  const all: OnnxNode[] = [];
  const inputs = new Set<string>();
  const known = new Set<string>();
  const include = (name: string) => {
    if (name === "" || known.has(name) || computed.has(name)) return;
    known.add(name);
    if (tensors.constants.has(name)) return;
    if (!computed.has(stored.originOf(name).name)) {
      inputs.add(name);
      return;
    }
    const view = tensors.producers.get(name)!;
    for (const input of view.inputs) include(input);
    all.push(view);
  };
  for (const node of nodes) {
    for (const input of node.inputs) include(input);
    all.push(node);
  }
  const own: ReadonlySet<Reader> = new Set(nodes);
  const isReadOutside = (name: string) => [...(readers.get(name) ?? [])].some((reader) => !own.has(reader));
  return { nodes: all, inputs: [...inputs], outputs: [...computed].filter(isReadOutside) };
}
