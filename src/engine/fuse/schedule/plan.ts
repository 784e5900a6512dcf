/**
 * Turns a graph into a list of steps: fused kernels, and parts of the graph for ONNX Runtime.
 *
 * Steps run in order. A kernel joins an earlier one that goes through the same entries and reads the same arrays
 * (join.ts); a node joins an earlier part if nothing it needs is computed later.
 */

import { sizeOf } from "../../../base/array.js";
import { invariant } from "../../../base/errors.js";
import type { OnnxGraph, OnnxNode } from "../../lower/onnx.js";
import type { TensorTable } from "../../lower/tensors.js";
import { isWasm, type Runtime } from "../../run/options.js";
import { buildKernel } from "../analysis/build.js";
import type { Kernel, Memory, Target } from "../analysis/kernel.js";
import { StoredTensors } from "../analysis/stored.js";
import { functionOf, type NodeFunction } from "../products/compile.js";
import { joinKernels } from "./join.js";

/** Kernels that became one. */
export interface KernelStep {
  readonly kind: "kernel";
  /** Whether it depends on constants alone, and so runs once, when the program is opened. */
  readonly fixed: boolean;
  readonly targets: Target[];
  kernel: Kernel;
}

/** Nodes that ONNX Runtime runs as one model; without ONNX Runtime, one node. */
interface PartStep {
  readonly kind: "part";
  readonly fixed: boolean;
  readonly nodes: OnnxNode[];
}

export type Step = KernelStep | PartStep;

export interface Plan {
  readonly steps: readonly Step[];
  readonly tensors: TensorTable;
  readonly stored: StoredTensors;
  readonly runtime: Runtime;
  /** The WebAssembly function of a node that kernels do not compute, if it has one. */
  compiled(node: OnnxNode): NodeFunction | undefined;
}

/** How many steps back a kernel looks for one to join. */
const LOOK_BACK = 16;
/** Entries from which on an array is read while it is still in the cache, before another large one is computed. */
const LARGE = 1 << 17;
/** Inner size of a matrix product up to which it is computed again rather than read from memory. */
const MAX_RECOMPUTED_SIZE = 16;
/** Entries that ONNX Runtime has written since a tensor was computed, beyond which it has left the cache. */
const CACHE_ENTRIES = 1 << 20;

const RECOMPUTED = "_again";
/** The name of the tensor that a recomputed copy is of; the name itself for any other tensor. */
export const originalOf = (name: string): string => name.replaceAll(RECOMPUTED, "");

/** The steps of a graph. Adds recomputed tensors to `tensors`. */
export function plan(graph: OnnxGraph, tensors: TensorTable, runtime: Runtime = "onnxruntime"): Plan {
  return new Planner(graph, tensors, runtime).plan();
}

class Planner {
  readonly stored: StoredTensors;
  readonly #steps: Step[] = [];
  /** The step after which a tensor is complete; inputs and constants have none. */
  readonly #completedBy = new Map<string, number>();
  /** Tensors that depend on constants alone. */
  readonly #fixed: Set<string>;
  /** Steps of Concat operands that were copied before the others were computed. */
  readonly #copiedEarly = new Map<string, number>();
  /** The latest copy of each recomputed matrix product. */
  readonly #recomputed = new Map<string, string>();
  /** Entries that ONNX Runtime has written so far, and those when each tensor was computed. */
  #written = 0;
  readonly #writtenBefore = new Map<string, number>();
  /** Tensors that a kernel reads. */
  readonly #read = new Set<string>();

  constructor(
    readonly graph: OnnxGraph,
    readonly tensors: TensorTable,
    readonly runtime: Runtime,
  ) {
    this.stored = new StoredTensors(graph, tensors);
    this.#fixed = new Set(tensors.constants.keys());
    for (const { inputs, outputs } of graph.nodes)
      if (inputs.every((input) => input === "" || this.#fixed.has(input)))
        for (const output of outputs) this.#fixed.add(output);
  }

  plan(): Plan {
    const { stored } = this;
    const concatenated = this.#concatenatedLater();
    for (const node of this.graph.nodes) {
      const [name] = node.outputs;
      if (!stored.isFused(node)) {
        if (stored.originOf(name).name === name) this.#addToPart(node);
      } else if (stored.has(name)) this.#addKernels(name, node);
      else
        for (const target of concatenated.get(name) ?? [])
          this.#copiedEarly.set(`${target.name} ${target.operand}`, this.#addKernel(target));
    }
    const { tensors, runtime } = this;
    return {
      ...{ steps: this.#steps, tensors, stored, runtime },
      compiled: (node) =>
        isWasm(runtime) ? functionOf(node, tensors, runtime === "wasm" ? "exact" : "relaxed") : undefined,
    };
  }

  /** Large tensors that are only operands of a Concat, with the targets that copy them: these need not wait for the others. */
  #concatenatedLater(): Map<string, Target[]> {
    const targets = new Map<string, Target[]>();
    for (const { type, outputs, inputs } of this.graph.nodes) {
      if (type !== "Concat" || !this.stored.has(outputs[0])) continue;
      for (const target of this.stored.targetsOf(outputs[0])) {
        const { name } = this.stored.originOf(inputs[target.operand!]);
        if (sizeOf(this.tensors.of(name).shape) < LARGE || this.stored.has(name)) continue;
        targets.set(name, [...(targets.get(name) ?? []), target]);
      }
    }
    return targets;
  }

  /** The last step that completes one of these; -1 if all are inputs or constants. */
  #lastOf(names: readonly string[]): number {
    return Math.max(-1, ...names.map((name) => this.#completedBy.get(name) ?? -1));
  }

  #addKernels(name: string, node: OnnxNode): void {
    const steps = this.stored
      .targetsOf(name)
      .map((target) => this.#copiedEarly.get(`${name} ${target.operand}`) ?? this.#addKernel(target));
    const operands =
      node.type === "Concat" ? node.inputs.map((input) => this.stored.originOf(input).name) : [];
    this.#completedBy.set(name, Math.max(this.#lastOf(operands), ...steps));
  }

  /** Add a target's kernel to an earlier step, or as a new one; the position of that step. */
  #addKernel(target: Target): number {
    const kernel = this.#kernelOf(target);
    for (const { name } of kernel.inputs) this.#read.add(name);
    const ready = this.#lastOf(kernel.inputs.map((input) => input.name));
    const fixed = this.#fixed.has(target.name);
    const earliest = Math.max(0, ready, this.#steps.length - LOOK_BACK);
    for (let i = this.#steps.length - 1; i >= earliest; i--) {
      const step = this.#steps[i];
      if (step.kind !== "kernel" || step.fixed !== fixed) continue;
      const joined = joinKernels(step, { target, kernel, readsEarlier: i === ready }, this);
      if (!joined) continue;
      step.kernel = joined;
      step.targets.push(target);
      return i;
    }
    return this.#steps.push({ kind: "kernel", fixed, targets: [target], kernel }) - 1;
  }

  /** The target's kernel, which reads the latest copies; products that have left the cache are computed again first. */
  #kernelOf(target: Target): Kernel {
    let kernel = this.#rebuilt(target, this.stored.kernelOf(target));
    if (this.#recompute(kernel)) kernel = this.#rebuilt(target, kernel);
    return kernel;
  }

  /** The kernel if it reads no outdated copy, else built again. */
  #rebuilt(target: Target, kernel: Kernel): Kernel {
    if (!kernel.inputs.some(({ name }) => this.#recomputed.has(name))) return kernel;
    const memoryOf = (name: string) => (name === target.name ? undefined : this.memoryOf(name));
    const built = buildKernel([target], this.tensors, memoryOf);
    invariant(built.kind === "kernel", `no kernel computes ${target.name} from recomputed tensors`);
    return built.kernel;
  }

  /** Where a tensor, or its latest copy, is stored; undefined if it is computed inside kernels. */
  memoryOf(name: string): Memory | undefined {
    const memory = this.stored.memoryOf(name);
    return memory && { ...memory, name: this.#recomputed.get(memory.name) ?? memory.name };
  }

  /** Compute again what a kernel reads, is cheap and has left the cache; whether there was any. */
  #recompute({ inputs }: Kernel): boolean {
    const evicted = inputs.filter(({ name }) => {
      const before = this.#writtenBefore.get(name);
      return (
        before !== undefined &&
        this.#written - before > CACHE_ENTRIES &&
        this.#read.has(name) &&
        this.#isCheap(name)
      );
    });
    for (const name of new Set(evicted.map((input) => input.name))) {
      const node = this.tensors.producers.get(name)!;
      const copy = `${name}${RECOMPUTED}`;
      this.tensors.types.set(copy, this.tensors.of(name));
      this.tensors.producers.set(copy, { ...node, outputs: [copy] });
      for (const [original, latest] of [...this.#recomputed, [name, name]])
        if (latest === name) this.#recomputed.set(original, copy);
      this.#addToPart(this.tensors.producers.get(copy)!);
    }
    return evicted.length > 0;
  }

  /** Whether a tensor is large, and a matrix product that takes no longer than reading it from memory. */
  #isCheap(name: string): boolean {
    const { type, inputs } = this.tensors.producers.get(name) ?? { type: "", inputs: [] };
    const isLarge = sizeOf(this.tensors.of(name).shape) >= LARGE;
    return isLarge && type === "MatMul" && this.tensors.of(inputs[0]).shape.at(-1)! <= MAX_RECOMPUTED_SIZE;
  }

  /** Add a node to the latest part that may have it, or as a new one. */
  #addToPart(node: OnnxNode): void {
    const operands = node.inputs.map((input) => this.stored.originOf(input).name);
    const ready = Math.max(0, this.#lastOf(operands));
    let i = this.#steps.length - 1;
    const fixed = this.#fixed.has(node.outputs[0]);
    const isSeparate = isWasm(this.runtime) || sizeOf(this.tensors.of(node.outputs[0]).shape) >= LARGE;
    if (isSeparate) i = -1;
    while (i >= ready && (this.#steps[i].kind !== "part" || this.#steps[i].fixed !== fixed)) i--;
    const part = i >= ready ? this.#steps[i] : undefined;
    if (part?.kind === "part") part.nodes.push(node);
    else i = this.#steps.push({ kind: "part", fixed, nodes: [node] }) - 1;
    for (const output of node.outputs) {
      this.#completedBy.set(output, i);
      this.#writtenBefore.set(output, this.#written);
      this.#written += sizeOf(this.tensors.of(output).shape);
    }
  }
}
