/**
 * A graph as a list of steps: fused kernels for what goes entry by entry, and parts of the graph for ONNX Runtime.
 *
 * Steps run in order. A kernel joins an earlier one where both go through the same entries and read the same arrays;
 * an operator joins an earlier part of the graph where nothing it needs is computed later.
 */

import { sizeOf } from "../../../base/array.js";
import type { OnnxGraph, OnnxNode } from "../../lower/onnx.js";
import type { Tensors } from "../analysis/infer.js";
import { Roots } from "../analysis/roots.js";
import { Unreadable } from "../analysis/views.js";
import { buildKernel, type Kernel, type Memory, type Target } from "./kernel.js";

/** Kernels that became one. */
interface KernelStep {
  readonly kind: "kernel";
  /** Whether it depends on constants alone. */
  readonly fixed: boolean;
  readonly targets: Target[];
  kernel: Kernel;
}

interface PartStep {
  readonly kind: "part";
  readonly fixed: boolean;
  readonly nodes: OnnxNode[];
}

export type Step = KernelStep | PartStep;

export interface Plan {
  readonly steps: readonly Step[];
  readonly tensors: Tensors;
  readonly roots: Roots;
}

/** How many steps back a kernel looks for one to join. */
const LOOK_BACK = 16;
/** The entries two kernels must both read to be one. */
const SHARED = 256;
/** Entries of an array that is to be read while it is still in the cache: nothing large is computed in between. */
const LARGE = 1 << 17;
/** A product of factors that share at most so many entries is computed again rather than kept for long. */
const CHEAP = 16;
/** Entries computed meanwhile that make it long: they take its place in the cache. */
const FAR = 1 << 20;
/** The most arrays and terms of one kernel. */
const MOST_ARRAYS = 24;
const MOST_TERMS = 160;

const AGAIN = "_again";
/** The name of what a tensor is computed again for. */
export const originalOf = (name: string): string => name.replaceAll(AGAIN, "");

export function plan(graph: OnnxGraph, tensors: Tensors): Plan {
  return new Planner(graph, tensors).plan();
}

class Planner {
  readonly #roots: Roots;
  readonly #steps: Step[] = [];
  /** The step after which a tensor is there; inputs and constants are before any. */
  readonly #at = new Map<string, number>();
  /** Tensors that depend on constants alone. */
  readonly #fixed: Set<string>;
  /** The steps of joined operands that did not wait for the others. */
  readonly #early = new Map<string, number>();
  /** Of products that were computed again, the latest copy. */
  readonly #again = new Map<string, string>();
  /** Entries that ONNX Runtime has written so far, and those that it had when a tensor was computed. */
  #computed = 0;
  readonly #computedBefore = new Map<string, number>();
  readonly #wasRead = new Set<string>();

  constructor(
    readonly graph: OnnxGraph,
    readonly tensors: Tensors,
  ) {
    this.#roots = new Roots(graph, tensors);
    this.#fixed = new Set(tensors.constants.keys());
    for (const { inputs, outputs } of graph.nodes)
      if (inputs.every((input) => input === "" || this.#fixed.has(input)))
        for (const output of outputs) this.#fixed.add(output);
  }

  plan(): Plan {
    const roots = this.#roots;
    const joined = this.#joinedLater();
    for (const node of this.graph.nodes) {
      const [name] = node.outputs;
      if (!roots.isFused(node)) {
        if (roots.originOf(name).name === name) this.#addToPart(node);
      } else if (roots.stored.has(name)) this.#addKernels(name, node);
      else
        for (const target of joined.get(name) ?? [])
          this.#early.set(`${target.name} ${target.piece}`, this.#addKernel(target));
    }
    return { steps: this.#steps, tensors: this.tensors, roots };
  }

  /** By large tensor that is computed only to be joined with others: what it is joined as, which need not wait for them. */
  #joinedLater(): Map<string, Target[]> {
    const targets = new Map<string, Target[]>();
    for (const { type, outputs, inputs } of this.graph.nodes) {
      if (type !== "Concat" || !this.#roots.stored.has(outputs[0])) continue;
      for (const target of this.#roots.targetsOf(outputs[0])) {
        const { name } = this.#roots.originOf(inputs[target.piece!]);
        if (sizeOf(this.tensors.of(name).shape) < LARGE || this.#roots.stored.has(name)) continue;
        targets.set(name, [...(targets.get(name) ?? []), target]);
      }
    }
    return targets;
  }

  /** The step after which all these are there. A joined tensor is there with the last of its operands. */
  #after(names: readonly string[]): number {
    return Math.max(-1, ...names.map((name) => this.#at.get(name) ?? -1));
  }

  #addKernels(name: string, node: OnnxNode): void {
    const steps = this.#roots
      .targetsOf(name)
      .map((target) => this.#early.get(`${name} ${target.piece}`) ?? this.#addKernel(target));
    const placed = node.type === "Concat" ? node.inputs.map((input) => this.#roots.originOf(input).name) : [];
    this.#at.set(name, Math.max(this.#after(placed), ...steps));
  }

  #addKernel(target: Target): number {
    const stored = (other: string) => (other === target.name ? undefined : this.#memoryOf(other));
    const build = () => buildKernel([target], this.tensors, stored)!;
    const first = build();
    const kernel = this.#refresh(first) ? build() : first;
    for (const { name } of kernel.leaves) this.#wasRead.add(name);
    const ready = this.#after(kernel.leaves.map((leaf) => leaf.name));
    const fixed = this.#fixed.has(target.name);
    const earliest = Math.max(0, ready, this.#steps.length - LOOK_BACK);
    for (let i = this.#steps.length - 1; i >= earliest; i--) {
      const step = this.#steps[i];
      if (step.kind !== "kernel" || step.fixed !== fixed) continue;
      const both = this.#join(step, target, kernel, i === ready);
      if (!both) continue;
      step.kernel = both;
      step.targets.push(target);
      return i;
    }
    return this.#steps.push({ kind: "kernel", fixed, targets: [target], kernel }) - 1;
  }

  /** Where a tensor, or its latest copy, is stored. */
  #memoryOf(name: string): Memory | undefined {
    const memory = this.#roots.memoryOf(name);
    return memory && { ...memory, name: this.#again.get(memory.name) ?? memory.name };
  }

  /** Compute again what a kernel reads, is cheap and has left the cache; whether there was any. */
  #refresh({ leaves }: Kernel): boolean {
    const gone = leaves.filter(({ name }) => {
      const before = this.#computedBefore.get(name);
      return (
        before !== undefined &&
        this.#computed - before > FAR &&
        this.#wasRead.has(name) &&
        this.#isCheap(name)
      );
    });
    for (const name of new Set(gone.map((leaf) => leaf.name))) {
      const node = this.tensors.producers.get(name)!;
      const copy = `${name}${AGAIN}`;
      this.tensors.types.set(copy, this.tensors.of(name));
      this.tensors.producers.set(copy, { ...node, outputs: [copy] });
      for (const [original, latest] of [...this.#again, [name, name]])
        if (latest === name) this.#again.set(original, copy);
      this.#addToPart(this.tensors.producers.get(copy)!);
    }
    return gone.length > 0;
  }

  #isCheap(name: string): boolean {
    const { type, inputs } = this.tensors.producers.get(name) ?? { type: "", inputs: [] };
    const large = sizeOf(this.tensors.of(name).shape) >= LARGE;
    return large && type === "MatMul" && this.tensors.of(inputs[0]).shape.at(-1)! <= CHEAP;
  }

  /**
   * Two kernels as one, where they share a large array that both go through alike. One that `needs` what the other
   * stores takes it as it is computed.
   */
  #join(
    { targets, kernel: one }: KernelStep,
    target: Target,
    other: Kernel,
    needs: boolean,
  ): Kernel | undefined {
    const computed = new Set(one.results.map((result) => result.name));
    const readable = (name: string) =>
      one.results.every((result) => result.name !== name || result.combine === "store") &&
      this.#roots.targetsOf(name).every(({ piece }) => piece === undefined);
    if (needs && !other.leaves.every((leaf) => !computed.has(leaf.name) || readable(leaf.name)))
      return undefined;
    const same = targets.every((earlier) => earlier.name === target.name);
    const reads = new Set([...one.leaves.map((leaf) => leaf.name), ...(needs ? computed : [])]);
    const shared = this.#sharable(other).filter(({ name }) => reads.has(name));
    const pieces = same && sizeOf(other.loops) < LARGE;
    if (!pieces && shared.length === 0) return undefined;
    const all = [...targets, target];
    const inside = new Set(all.map(({ name }) => name));
    const stored = (name: string) =>
      inside.has(this.#roots.originOf(name).name) ? undefined : this.#memoryOf(name);
    try {
      const both = buildKernel(all, this.tensors, stored);
      if (!both || both.leaves.length + all.length > MOST_ARRAYS || both.terms.length > MOST_TERMS)
        return undefined;
      // Read alike: together they read fewer large arrays than apart.
      const saved = this.#sharable(one).length + this.#sharable(other).length - this.#sharable(both).length;
      return pieces || saved >= shared.length ? both : undefined;
    } catch (reason) {
      if (reason instanceof Unreadable) return undefined;
      throw reason;
    }
  }

  /** What a kernel reads that is large enough to be read together. */
  #sharable({ leaves }: Kernel) {
    return leaves.filter(({ name }) => sizeOf(this.tensors.of(name).shape) >= SHARED);
  }

  #addToPart(node: OnnxNode): void {
    const ready = Math.max(0, this.#after(node.inputs.map((input) => this.#roots.originOf(input).name)));
    let i = this.#steps.length - 1;
    const fixed = this.#fixed.has(node.outputs[0]);
    if (sizeOf(this.tensors.of(node.outputs[0]).shape) >= LARGE) i = -1;
    while (i >= ready && (this.#steps[i].kind !== "part" || this.#steps[i].fixed !== fixed)) i--;
    const part = i >= ready ? this.#steps[i] : undefined;
    if (part?.kind === "part") part.nodes.push(node);
    else i = this.#steps.push({ kind: "part", fixed, nodes: [node] }) - 1;
    for (const output of node.outputs) {
      this.#at.set(output, i);
      this.#computedBefore.set(output, this.#computed);
      this.#computed += sizeOf(this.tensors.of(output).shape);
    }
  }
}
