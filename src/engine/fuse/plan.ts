/**
 * A graph as a list of steps: fused kernels for what goes entry by entry, and parts of the graph for ONNX Runtime.
 *
 * Steps run in order. A kernel joins an earlier one where both go through the same entries and read the same arrays;
 * an operator joins an earlier part of the graph where nothing it needs is computed later.
 */

import { sizeOf } from "../../base/array.js";
import type { OnnxGraph, OnnxNode } from "../onnx.js";
import type { Tensors } from "./infer.js";
import { buildKernel, type Kernel } from "./kernel.js";
import { Roots } from "./roots.js";
import { Unreadable } from "./views.js";

export type Step =
  | { readonly kind: "kernel"; names: string[]; kernel: Kernel }
  | { readonly kind: "part"; nodes: OnnxNode[] };

export interface Plan {
  readonly steps: readonly Step[];
  readonly tensors: Tensors;
  readonly roots: Roots;
}

/** How many steps back a kernel looks for one to join. */
const LOOK_BACK = 16;
/** The entries two kernels must both read to be one. */
const SHARED = 256;
/** The most arrays and terms of one kernel. */
const MOST_ARRAYS = 24;
const MOST_TERMS = 160;

export function plan(graph: OnnxGraph, tensors: Tensors): Plan {
  const roots = new Roots(graph, tensors);
  const steps: Step[] = [];
  /** The step that computes a stored tensor; inputs and constants are there before any. */
  const at = new Map<string, number>();
  const after = (names: readonly string[]) => Math.max(-1, ...names.map((name) => at.get(name) ?? -1));

  const addKernel = (name: string) => {
    const stored = (other: string) => (other === name ? undefined : roots.memoryOf(other));
    const kernel = buildKernel([name], tensors, stored)!;
    const ready = after(kernel.leaves.map((leaf) => leaf.name));
    for (let i = steps.length - 1; i > ready && i >= steps.length - LOOK_BACK; i--) {
      const step = steps[i];
      const both = step.kind === "kernel" ? join(step.names, step.kernel, name, kernel) : undefined;
      if (step.kind !== "kernel" || !both) continue;
      step.kernel = both;
      step.names.push(name);
      at.set(name, i);
      return;
    }
    at.set(name, steps.push({ kind: "kernel", names: [name], kernel }) - 1);
  };

  /** Two kernels as one, where they share a large array that both go through alike. */
  const join = (names: readonly string[], one: Kernel, name: string, other: Kernel): Kernel | undefined => {
    const reads = new Set(one.leaves.map((leaf) => leaf.name));
    const large = (leaf: { name: string }) => sizeOf(tensors.of(leaf.name).shape) >= SHARED;
    if (!other.leaves.some((leaf) => reads.has(leaf.name) && large(leaf))) return undefined;
    const all = [...names, name];
    const stored = (x: string) => (all.includes(x) ? undefined : roots.memoryOf(x));
    try {
      const both = buildKernel(all, tensors, stored);
      if (!both || both.leaves.length + all.length > MOST_ARRAYS || both.terms.length > MOST_TERMS)
        return undefined;
      // Read alike: together they read fewer arrays than apart.
      const saved = one.leaves.length + other.leaves.length - both.leaves.length;
      const shared = other.leaves.filter((leaf) => reads.has(leaf.name) && large(leaf)).length;
      return saved >= shared ? both : undefined;
    } catch (reason) {
      if (reason instanceof Unreadable) return undefined;
      throw reason;
    }
  };

  const addToPart = (node: OnnxNode) => {
    const ready = after(node.inputs.map((input) => roots.base(input)));
    let i = steps.length - 1;
    while (i >= Math.max(0, ready) && steps[i].kind !== "part") i--;
    const part = i >= Math.max(0, ready) ? steps[i] : undefined;
    if (part?.kind === "part") part.nodes.push(node);
    else i = steps.push({ kind: "part", nodes: [node] }) - 1;
    for (const output of node.outputs) at.set(output, i);
  };

  for (const node of graph.nodes) {
    if (!roots.isFused(node)) {
      if (roots.base(node.outputs[0]) === node.outputs[0]) addToPart(node);
    } else if (roots.stored.has(node.outputs[0])) addKernel(node.outputs[0]);
  }
  return { steps, tensors, roots };
}
