/**
 * Which tensors of a graph are stored, and which are computed on the way by the kernels that need them.
 *
 * Stored: what ONNX Runtime reads or writes, what the program gives, every reduction, what is computed before it is
 * broadcast (or it would be computed once an entry), and what is dear and needed more than once.
 */

import { sizeOf } from "../../base/array.js";
import type { OnnxGraph, OnnxNode } from "../onnx.js";
import type { Tensors } from "./infer.js";
import { buildKernel, entrywiseTypes, reduceTypes } from "./kernel.js";
import { Unreadable, viewTypes } from "./views.js";

/** The operators a value needed twice may take before it is stored. */
const DEAR = 12;
/** The operators any value may take before it is stored. */
const LONGEST = 40;

export class Roots {
  /** Tensors that kernels store. */
  readonly stored = new Set<string>();
  readonly #fusable = new Set<OnnxNode>();
  readonly #tensors: Tensors;
  readonly #graph: OnnxGraph;

  constructor(graph: OnnxGraph, tensors: Tensors) {
    this.#tensors = tensors;
    this.#graph = graph;
    this.#findFusable();
    for (const { name } of graph.outputs) this.#store(name);
    for (const node of graph.nodes) this.#demands(node);
    this.#storeDear();
    this.#makeReadable();
  }

  /** Whether a node is computed by kernels. */
  isFused(node: OnnxNode): boolean {
    return this.#fusable.has(node);
  }

  /**
   * The tensor whose memory holds `name`: itself, or what it is only another shape of. Undefined where it is computed
   * on the way.
   */
  memoryOf(name: string): string | undefined {
    const base = this.base(name);
    const node = this.#tensors.producers.get(base);
    return !node || !this.#fusable.has(node) || this.stored.has(base) ? base : undefined;
  }

  /** What `name` is another shape of. */
  base(name: string): string {
    const node = this.#tensors.producers.get(name);
    return node && (node.type === "Reshape" || node.type === "Identity") ? this.base(node.inputs[0]) : name;
  }

  /** Kernels hold floats, and booleans on the way: a boolean that has to be stored is ONNX Runtime's. */
  #findFusable(): void {
    const { types } = this.#tensors;
    const isFloat = (name: string) => types.get(name)!.dtype === "float32";
    const constantInts = (node: OnnxNode) =>
      node.inputs.slice(1).every((i) => !i || this.#tensors.constants.has(i));
    for (const node of this.#graph.nodes) {
      const [x] = node.inputs;
      const bools = node.inputs.every((i) => isFloat(i) || types.get(i)!.dtype === "bool");
      const result = types.get(node.outputs[0])!.dtype;
      const fits =
        (entrywiseTypes.has(node.type) && bools && (result === "bool" || result === "float32")) ||
        (reduceTypes.has(node.type) && isFloat(x)) ||
        (viewTypes.has(node.type) && isFloat(x) && constantInts(node) && node.inputs.length < 5);
      if (fits) this.#fusable.add(node);
    }
    for (let changed = true; changed; ) {
      changed = false;
      const readers = new Set(
        this.#graph.nodes.flatMap((node) => (this.#fusable.has(node) ? [] : node.inputs)),
      );
      for (const { name } of this.#graph.outputs) readers.add(this.base(name));
      for (const node of this.#fusable) {
        const boolHere = (name: string) => types.get(name)!.dtype === "bool";
        const stranger = (name: string) => {
          const producer = this.#tensors.producers.get(name);
          const constant = this.#tensors.constants.get(name);
          return boolHere(name) && !(producer && this.#fusable.has(producer)) && constant?.data.length !== 1;
        };
        const read = boolHere(node.outputs[0]) && readers.has(node.outputs[0]);
        if (!read && !node.inputs.some(stranger)) continue;
        this.#fusable.delete(node);
        changed = true;
      }
    }
  }

  #store(name: string): void {
    const base = this.base(name);
    const node = this.#tensors.producers.get(base);
    if (node && this.#fusable.has(node)) this.stored.add(base);
  }

  /** Store what a view, or views of a view, show, unless it is stored anyway. */
  #storeBehindViews(name: string): void {
    const node = this.#tensors.producers.get(name);
    if (!node || !this.#fusable.has(node)) return;
    if (viewTypes.has(node.type)) this.#storeBehindViews(node.inputs[0]);
    else this.stored.add(name);
  }

  #demands(node: OnnxNode): void {
    if (!this.#fusable.has(node)) for (const input of node.inputs) this.#store(input);
    else if (reduceTypes.has(node.type)) this.stored.add(node.outputs[0]);
    else if (entrywiseTypes.has(node.type) || node.type === "Expand") {
      const entries = (name: string) => sizeOf(this.#tensors.of(name).shape);
      const whole = entries(node.outputs[0]);
      for (const input of node.type === "Expand" ? [node.inputs[0]] : node.inputs)
        if (input && entries(input) < whole && this.#tensors.of(input).dtype === "float32")
          this.#storeBehindViews(input);
    }
  }

  #storeDear(): void {
    const readers = new Map<string, number>();
    for (const node of this.#graph.nodes)
      for (const input of node.inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
    const cost = new Map<string, number>();
    for (const node of this.#graph.nodes) {
      const name = node.outputs[0];
      if (!this.#fusable.has(node)) continue;
      const operands = node.inputs.filter((input) => this.memoryOf(input) === undefined);
      const own = operands.reduce((sum, input) => sum + (cost.get(input) ?? 0), 1);
      cost.set(name, own);
      const dear = own > LONGEST || ((readers.get(name) ?? 0) > 1 && own > DEAR);
      const storable = entrywiseTypes.has(node.type) && this.#tensors.of(name).dtype === "float32";
      if (dear && storable) this.stored.add(name);
    }
  }

  /** Store what no nest of loops can read through. */
  #makeReadable(): void {
    const pending = [...this.stored];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const own = name;
      for (;;) {
        try {
          buildKernel([own], this.#tensors, (other) => (other === own ? undefined : this.memoryOf(other)));
          break;
        } catch (reason) {
          if (!(reason instanceof Unreadable)) throw reason;
          const base = this.base(reason.name);
          this.stored.add(base);
          pending.push(base);
        }
      }
    }
  }
}
