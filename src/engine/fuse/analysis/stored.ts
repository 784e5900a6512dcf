/**
 * Which tensors of a graph are stored in memory, and which are computed inside the kernels that read them.
 *
 * Stored are: what ONNX Runtime reads or writes, the program's outputs, reductions longer than a fold, Concat and Pad,
 * operands that are broadcast (computed inside, they would be computed once per copy), tensors that are expensive to
 * compute and read more than once, and whatever no loop nest can read through the views around it.
 */

import { sizeOf } from "../../../base/array.js";
import { invariant } from "../../../base/errors.js";
import type { OnnxGraph, OnnxNode } from "../../lower/onnx.js";
import type { TensorTable } from "../../lower/tensors.js";
import { buildKernel } from "./build.js";
import { fusableNodes } from "./fusable.js";
import {
  elementwiseTypes,
  isFold,
  type Kernel,
  type Memory,
  placingTypes,
  reduceTypes,
  type Target,
} from "./kernel.js";
import { Places } from "./places.js";
import { viewTypes } from "./views.js";

/** The largest ratio at which an operand is broadcast without being stored: unrolled copies share its value. */
const MAX_COPIES = 4;
/** Operators of a tensor that is read more than once, beyond which it is stored. */
const MAX_SHARED_OPERATORS = 12;
/** Operators of any tensor, beyond which it is stored. */
const MAX_OPERATORS = 40;

/** A kernel, and the tensors that it computes without storing. */
interface Built {
  readonly kernel: Kernel;
  readonly inlined: ReadonlySet<string>;
}

/** The stored tensors of a graph, their memory, and the kernels that compute them. */
export class StoredTensors {
  /** Tensors that kernels store, in the order in which that was found. */
  readonly #stored = new Set<string>();
  readonly #graph: OnnxGraph;
  readonly #tensors: TensorTable;
  readonly #fusable: ReadonlySet<OnnxNode>;
  readonly #places: Places;
  readonly #kernels = new Map<string, Built>();

  constructor(graph: OnnxGraph, tensors: TensorTable) {
    this.#graph = graph;
    this.#tensors = tensors;
    this.#fusable = fusableNodes(graph, tensors);
    this.#places = new Places(graph, tensors, this.#fusable);
    for (const { name } of graph.outputs) this.#store(name);
    for (const node of graph.nodes) this.#storeFor(node);
    this.#storeExpensive();
    this.#storeUnreadable();
  }

  /** Whether kernels compute a node. */
  isFused(node: OnnxNode): boolean {
    return this.#fusable.has(node);
  }

  /** Whether kernels store a tensor. */
  has(name: string): boolean {
    return this.#stored.has(name);
  }

  /** The tensor that `name` is a reshape or a contiguous slice of; itself if there is none. */
  originOf(name: string): Memory {
    return this.#places.originOf(name);
  }

  /** The memory that `name` is in if it is stored. */
  placeOf(name: string): Memory {
    return this.#places.placeOf(name);
  }

  /** Where a tensor is stored; undefined if it is computed inside kernels. */
  memoryOf(name: string): Memory | undefined {
    const { name: origin } = this.originOf(name);
    const node = this.#tensors.producers.get(origin);
    return !node || !this.#fusable.has(node) || this.#stored.has(origin) ? this.placeOf(name) : undefined;
  }

  /** The targets that together compute a stored tensor: one per operand of a Concat or Pad, unless it is in place. */
  targetsOf(name: string): Target[] {
    const node = this.#tensors.producers.get(name)!;
    if (!placingTypes.has(node.type)) return [{ name }];
    const operands = node.type === "Pad" ? [node.inputs[0]] : node.inputs;
    return operands.flatMap((_, operand) =>
      this.#places.isInPlace(node, operand) ? [] : [{ name, operand }],
    );
  }

  /** The kernel of one target. */
  kernelOf(target: Target): Kernel {
    const built = this.#kernels.get(keyOf(target)) ?? this.#build(target);
    invariant(typeof built !== "string", `no kernel computes ${target.name}`);
    return built.kernel;
  }

  /** The target's kernel, or the tensor that has to be stored before there is one. */
  #build(target: Target): Built | string {
    const memoryOf = (name: string) => (name === target.name ? undefined : this.memoryOf(name));
    const built = buildKernel([target], this.#tensors, memoryOf);
    invariant(built.kind !== "mismatched", `${target.name} has two loop nests`);
    return built.kind === "kernel" ? built : built.tensor;
  }

  #store(name: string): void {
    const { name: origin } = this.originOf(name);
    const node = this.#tensors.producers.get(origin);
    if (node && this.#fusable.has(node)) this.#stored.add(origin);
  }

  /** Store what views of views show, unless ONNX Runtime computes it. */
  #storeBehindViews(name: string): void {
    const node = this.#tensors.producers.get(name);
    if (!node || !this.#fusable.has(node)) return;
    if (viewTypes.has(node.type)) this.#storeBehindViews(node.inputs[0]);
    else this.#stored.add(name);
  }

  /** Store what a node by itself needs stored: its operands, or its result. */
  #storeFor(node: OnnxNode): void {
    const { type, inputs, outputs } = node;
    if (!this.#fusable.has(node)) for (const input of inputs) this.#store(input);
    else if (placingTypes.has(type) || (reduceTypes.has(type) && !isFold(node, this.#tensors)))
      this.#stored.add(outputs[0]);
    else if (elementwiseTypes.has(type) || type === "Expand") {
      const entries = (name: string) => sizeOf(this.#tensors.of(name).shape);
      const whole = entries(outputs[0]);
      for (const input of type === "Expand" ? [inputs[0]] : inputs)
        if (entries(input) * MAX_COPIES < whole && this.#tensors.of(input).dtype === "float32")
          this.#storeBehindViews(input);
    }
  }

  #storeExpensive(): void {
    const readers = new Map<string, number>();
    for (const node of this.#graph.nodes)
      for (const input of node.inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
    /** Operators that compute a tensor from stored ones. */
    const operators = new Map<string, number>();
    for (const node of this.#graph.nodes) {
      const [name] = node.outputs;
      if (!this.#fusable.has(node)) continue;
      const inlined = node.inputs.filter((input) => this.memoryOf(input) === undefined);
      const count = inlined.reduce((sum, input) => sum + (operators.get(input) ?? 0), 1);
      operators.set(name, count);
      const isShared = (readers.get(name) ?? 0) > 1;
      const isExpensive = count > MAX_OPERATORS || (isShared && count > MAX_SHARED_OPERATORS);
      const isStorable = !viewTypes.has(node.type) && this.#tensors.of(name).dtype === "float32";
      if (isExpensive && isStorable) this.#stored.add(name);
    }
  }

  /** Build the kernels of all stored tensors, and store what these cannot read otherwise. */
  #storeUnreadable(): void {
    const pending = [...this.#stored];
    const found: string[] = [];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      let unreadable: string | undefined;
      do {
        unreadable = this.#firstUnreadable(name);
        if (unreadable === undefined) continue;
        const { name: origin } = this.originOf(unreadable);
        this.#stored.add(origin);
        pending.push(origin);
        found.push(origin);
      } while (unreadable !== undefined);
    }
    // A kernel that computes what was stored later loads it instead.
    for (const [key, { inlined }] of this.#kernels)
      if (found.some((name) => inlined.has(name))) this.#kernels.delete(key);
  }

  /** Build the kernels of a tensor; the first tensor that one of them cannot read. */
  #firstUnreadable(name: string): string | undefined {
    for (const target of this.targetsOf(name)) {
      const built = this.#build(target);
      if (typeof built === "string") return built;
      this.#kernels.set(keyOf(target), built);
    }
    return undefined;
  }
}

const keyOf = ({ name, operand }: Target): string => `${name} ${operand}`;
