/**
 * Which tensors of a graph are stored and where, and which are computed on the way by the kernels that need them.
 *
 * Stored: what ONNX Runtime reads or writes, what the program gives, every long reduction, what is joined or padded,
 * what is computed before it is broadcast (or it would be computed once an entry), and what is dear and needed twice.
 */

import { sizeOf } from "../../../base/array.js";
import type { OnnxGraph, OnnxNode } from "../../lower/onnx.js";
import {
  buildKernel,
  entrywiseTypes,
  isFold,
  type Memory,
  pieceStart,
  placingTypes,
  reduceTypes,
  type Target,
} from "../schedule/kernel.js";
import type { Tensors } from "./infer.js";
import { Unreadable, viewTypes } from "./views.js";

/** To how many entries a value may be broadcast without being stored: copies written out side by side share it. */
const MOST_COPIES = 4;
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
  /** Tensors that ONNX Runtime writes straight into a joined one. */
  readonly #placed = new Map<string, Memory>();

  constructor(graph: OnnxGraph, tensors: Tensors) {
    this.#tensors = tensors;
    this.#graph = graph;
    this.#findFusable();
    for (const node of graph.nodes)
      if (node.type === "Concat" && this.#fusable.has(node)) this.#placeOperands(node);
    for (const { name } of graph.outputs) this.#store(name);
    for (const node of graph.nodes) this.#demands(node);
    this.#storeDear();
    this.#makeReadable();
  }

  /** Whether a node is computed by kernels. */
  isFused(node: OnnxNode): boolean {
    return this.#fusable.has(node);
  }

  /** Where a tensor is stored; undefined where it is computed on the way. */
  memoryOf(name: string): Memory | undefined {
    const { name: origin } = this.originOf(name);
    const node = this.#tensors.producers.get(origin);
    return !node || !this.#fusable.has(node) || this.stored.has(origin) ? this.placeOf(name) : undefined;
  }

  /** What `name` is another shape of, or a run of entries of. */
  originOf(name: string): Memory {
    const node = this.#tensors.producers.get(name);
    const start = node ? this.#startInOperand(node) : undefined;
    if (!node || start === undefined) return { name, offset: 0 };
    const origin = this.originOf(node.inputs[0]);
    return { name: origin.name, offset: origin.offset + start };
  }

  /** The memory that `name` is in, if it is stored. */
  placeOf(name: string): Memory {
    const origin = this.originOf(name);
    const placed = this.#placed.get(origin.name);
    if (!placed) return origin;
    const outer = this.placeOf(placed.name);
    return { name: outer.name, offset: outer.offset + placed.offset + origin.offset };
  }

  /** What a kernel each computes so that `name` is stored; operands that are there already need none. */
  targetsOf(name: string): Target[] {
    const node = this.#tensors.producers.get(name)!;
    if (!placingTypes.has(node.type)) return [{ name }];
    const pieces = node.type === "Pad" ? [node.inputs[0]] : node.inputs;
    return pieces.flatMap((input, piece) => (this.#isPlaced(input, node, piece) ? [] : [{ name, piece }]));
  }

  #isPlaced(input: string, node: OnnxNode, piece: number): boolean {
    const placed = this.#placed.get(this.originOf(input).name);
    return placed?.name === node.outputs[0] && placed.offset === this.#offsetOf(node, piece);
  }

  /** Entries before an operand in a tensor joined along its first axes; undefined along another. */
  #offsetOf(node: OnnxNode, piece: number): number | undefined {
    const { shape } = this.#tensors.of(node.outputs[0]);
    const along = node.attributes.axis as number;
    if (sizeOf(shape.slice(0, along)) !== 1) return undefined;
    return pieceStart(node, piece, this.#tensors)[along] * sizeOf(shape.slice(along + 1));
  }

  /** Let ONNX Runtime write its results where they are to be joined. */
  #placeOperands(node: OnnxNode): void {
    for (const [piece, input] of node.inputs.entries()) {
      const { name, offset } = this.originOf(input);
      const producer = this.#tensors.producers.get(name);
      const start = this.#offsetOf(node, piece);
      const whole = sizeOf(this.#tensors.of(name).shape) === sizeOf(this.#tensors.of(input).shape);
      if (!producer || this.#fusable.has(producer) || start === undefined || offset !== 0 || !whole) continue;
      if (!this.#placed.has(name)) this.#placed.set(name, { name: node.outputs[0], offset: start });
    }
  }

  /** Where a view that only names a run of its operand's entries begins in it; undefined for other views. */
  #startInOperand(node: OnnxNode): number | undefined {
    if (node.type === "Reshape" || node.type === "Identity") return 0;
    if (
      node.type !== "Slice" ||
      node.inputs[4] !== undefined ||
      this.#tensors.of(node.inputs[0]).dtype !== "float32"
    )
      return undefined;
    const [whole, part] = [node.inputs[0], node.outputs[0]].map((name) => this.#tensors.of(name).shape);
    const cut = whole.findIndex((size, axis) => size !== part[axis]);
    if (cut < 0) return 0;
    if (sizeOf(whole.slice(0, cut)) !== 1 || whole.some((size, axis) => axis > cut && size !== part[axis]))
      return undefined;
    const at = this.#tensors.ints(node.inputs[3]).indexOf(cut);
    return this.#tensors.ints(node.inputs[1])[at] * sizeOf(whole.slice(cut + 1));
  }

  /** Kernels hold floats, and booleans on the way: a boolean that has to be stored is ONNX Runtime's. */
  #findFusable(): void {
    const { types, constants, producers } = this.#tensors;
    const is = (dtype: string, name: string) => types.get(name)!.dtype === dtype;
    for (const node of this.#graph.nodes) {
      const [x, ...rest] = node.inputs;
      const held = (name: string) => is("float32", name) || is("bool", name);
      const fits =
        (entrywiseTypes.has(node.type) && [...node.inputs, node.outputs[0]].every(held)) ||
        ((reduceTypes.has(node.type) || node.type === "Concat") && is("float32", x)) ||
        ((viewTypes.has(node.type) || node.type === "Pad") &&
          is("float32", x) &&
          rest.every((i) => constants.has(i)));
      if (fits) this.#fusable.add(node);
    }
    for (let changed = true; changed; ) {
      changed = false;
      const readers = new Set(
        this.#graph.nodes.flatMap((node) => (this.#fusable.has(node) ? [] : node.inputs)),
      );
      for (const { name } of this.#graph.outputs) readers.add(this.originOf(name).name);
      for (const node of this.#fusable) {
        const stranger = (name: string) => {
          const producer = producers.get(name);
          return (
            is("bool", name) &&
            !(producer && this.#fusable.has(producer)) &&
            constants.get(name)?.data.length !== 1
          );
        };
        const read = is("bool", node.outputs[0]) && readers.has(node.outputs[0]);
        if (!read && !node.inputs.some(stranger)) continue;
        this.#fusable.delete(node);
        changed = true;
      }
    }
  }

  #store(name: string): void {
    const { name: origin } = this.originOf(name);
    const node = this.#tensors.producers.get(origin);
    if (node && this.#fusable.has(node)) this.stored.add(origin);
  }

  /** Store what a view, or views of a view, show, unless it is stored anyway. */
  #storeBehindViews(name: string): void {
    const node = this.#tensors.producers.get(name);
    if (!node || !this.#fusable.has(node)) return;
    if (viewTypes.has(node.type)) this.#storeBehindViews(node.inputs[0]);
    else this.stored.add(name);
  }

  #demands(node: OnnxNode): void {
    const { type, inputs, outputs } = node;
    if (!this.#fusable.has(node)) for (const input of inputs) this.#store(input);
    else if (placingTypes.has(type) || (reduceTypes.has(type) && !isFold(node, this.#tensors)))
      this.stored.add(outputs[0]);
    else if (entrywiseTypes.has(type) || type === "Expand") {
      const entries = (name: string) => sizeOf(this.#tensors.of(name).shape);
      const whole = entries(outputs[0]);
      for (const input of type === "Expand" ? [inputs[0]] : inputs)
        if (entries(input) * MOST_COPIES < whole && this.#tensors.of(input).dtype === "float32")
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
      const storable = !viewTypes.has(node.type) && this.#tensors.of(name).dtype === "float32";
      if (dear && storable) this.stored.add(name);
    }
  }

  /** Store what no nest of loops can read through. */
  #makeReadable(): void {
    const pending = [...this.stored];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const own = name;
      const stored = (other: string) => (other === own ? undefined : this.memoryOf(other));
      for (let done = false; !done; ) {
        try {
          for (const target of this.targetsOf(own)) buildKernel([target], this.#tensors, stored);
          done = true;
        } catch (reason) {
          if (!(reason instanceof Unreadable)) throw reason;
          const { name: origin } = this.originOf(reason.name);
          this.stored.add(origin);
          pending.push(origin);
        }
      }
    }
  }
}
