/**
 * Where tensors are in memory without being copied: views that only name a run of their operand's entries, and results
 * of ONNX Runtime that it writes straight into the Concat they are joined in.
 */

import { sizeOf } from "../../../base/array.js";
import type { OnnxGraph, OnnxNode } from "../../lower/onnx.js";
import type { TensorTable } from "../../lower/tensors.js";
import { type Memory, operandStart } from "./kernel.js";

/** The tensor that `name` is a reshape or a contiguous slice of, however many views lie between; itself if there is none. */
export function originOf(name: string, tensors: TensorTable): Memory {
  const node = tensors.producers.get(name);
  const start = node && startInOperand(node, tensors);
  if (!node || start === undefined) return { name, offset: 0 };
  const origin = originOf(node.inputs[0], tensors);
  return { name: origin.name, offset: origin.offset + start };
}

/** Entries of its operand before a view that is contiguous in it; undefined for any other node. */
function startInOperand(node: OnnxNode, tensors: TensorTable): number | undefined {
  if (node.type === "Reshape" || node.type === "Identity") return 0;
  const [operand, starts, , axes, steps] = node.inputs;
  if (node.type !== "Slice" || steps !== undefined || tensors.of(operand).dtype !== "float32")
    return undefined;
  const [whole, part] = [operand, node.outputs[0]].map((name) => tensors.of(name).shape);
  const cut = whole.findIndex((size, axis) => size !== part[axis]);
  if (cut < 0) return 0;
  const cutsInnerAxis = whole.some((size, axis) => axis > cut && size !== part[axis]);
  if (sizeOf(whole.slice(0, cut)) !== 1 || cutsInnerAxis) return undefined;
  return tensors.ints(starts)[tensors.ints(axes).indexOf(cut)] * sizeOf(whole.slice(cut + 1));
}

/** The memory of every tensor. */
export class Places {
  /** Tensors that ONNX Runtime writes straight into a Concat. */
  readonly #inConcat = new Map<string, Memory>();
  readonly #tensors: TensorTable;

  constructor(graph: OnnxGraph, tensors: TensorTable, fusable: ReadonlySet<OnnxNode>) {
    this.#tensors = tensors;
    for (const node of graph.nodes)
      if (node.type === "Concat" && fusable.has(node)) this.#placeOperands(node, fusable);
  }

  /** As {@link originOf}. */
  originOf(name: string): Memory {
    return originOf(name, this.#tensors);
  }

  /** The memory that `name` is in if it is stored. */
  placeOf(name: string): Memory {
    const origin = this.originOf(name);
    const concat = this.#inConcat.get(origin.name);
    if (!concat) return origin;
    const outer = this.placeOf(concat.name);
    return { name: outer.name, offset: outer.offset + concat.offset + origin.offset };
  }

  /** Whether an operand of a Concat is written in place and needs no copy. */
  isInPlace(node: OnnxNode, operand: number): boolean {
    const place = this.#inConcat.get(this.originOf(node.inputs[operand]).name);
    return place?.name === node.outputs[0] && place.offset === this.#startInConcat(node, operand);
  }

  #placeOperands(node: OnnxNode, fusable: ReadonlySet<OnnxNode>): void {
    for (const [operand, input] of node.inputs.entries()) {
      const { name, offset } = this.originOf(input);
      const producer = this.#tensors.producers.get(name);
      const start = this.#startInConcat(node, operand);
      const isWhole = sizeOf(this.#tensors.of(name).shape) === sizeOf(this.#tensors.of(input).shape);
      if (!producer || fusable.has(producer) || start === undefined || offset !== 0 || !isWhole) continue;
      if (!this.#inConcat.has(name)) this.#inConcat.set(name, { name: node.outputs[0], offset: start });
    }
  }

  /** Entries before an operand in a Concat along its outermost axis; undefined along another. */
  #startInConcat(node: OnnxNode, operand: number): number | undefined {
    const { shape } = this.#tensors.of(node.outputs[0]);
    const axis = node.attributes.axis as number;
    if (sizeOf(shape.slice(0, axis)) !== 1) return undefined;
    return operandStart(node, operand, this.#tensors)[axis] * sizeOf(shape.slice(axis + 1));
  }
}
