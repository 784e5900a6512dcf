/** The state of an import: the values of a network's tensors so far, and which nodes are computed by the one before. */

import type { Initializer, OnnxNode } from "../lower/onnx.js";
import type { Emitter, Value } from "../lower/values.js";
import { type Activation, activationOf } from "./activation.js";
import type { NetworkFile } from "./read.js";

/** Computes the results of a node. */
export type NetworkRule = (context: ImportContext, node: OnnxNode) => Value[];

export class ImportContext {
  readonly values = new Map<string, Value>();
  /** Integers that are known, such as shapes and positions. */
  readonly integers = new Map<string, readonly number[]>();
  readonly constants: ReadonlyMap<string, Initializer>;
  readonly #readers = new Map<string, OnnxNode[]>();
  /** Nodes that the node before took in. */
  readonly #absorbed = new Set<OnnxNode>();

  constructor(
    readonly file: NetworkFile,
    readonly e: Emitter,
    readonly rules: Readonly<Record<string, NetworkRule>>,
  ) {
    this.constants = new Map(file.constants.map((constant) => [constant.name, constant]));
    for (const { name, dtype, data } of file.constants)
      if (dtype === "int64") this.integers.set(name, Array.from(data as BigInt64Array, Number));
    for (const node of file.nodes)
      for (const input of node.inputs) this.#readers.set(input, [...(this.#readers.get(input) ?? []), node]);
  }

  add(node: OnnxNode): void {
    if (this.#absorbed.has(node)) return;
    const rule = this.rules[node.type];
    if (!rule) throw new Error(`the operator ${node.type} has no form in WebAssembly`);
    const results = rule(this, node);
    for (const [i, value] of results.entries()) this.values.set(node.outputs[i], value);
  }

  /** The value of a tensor. */
  value(name: string): Value {
    const known = this.values.get(name);
    if (known) return known;
    const constant = this.constants.get(name);
    if (!constant) throw new Error(`the tensor ${name} is used before it is computed`);
    const { dtype, shape, data } = constant;
    if (dtype === "int64") throw new Error(`the tensor ${name} is used as an array of 64-bit integers`);
    // Cast: constants of the other types have arrays of these.
    const value = this.e.constant({ dtype, shape, data: data as Float32Array });
    this.values.set(name, value);
    return value;
  }

  /** Integers of a constant. */
  ints(name: string): readonly number[] {
    const known = this.integers.get(name);
    if (!known) throw new Error(`the tensor ${name} is not a constant`);
    return known;
  }

  /** The node that alone reads a tensor, if it is the only one. */
  readerOf(name: string): OnnxNode | undefined {
    const readers = this.#readers.get(name) ?? [];
    const isOutput = this.file.outputs.some((output) => output.name === name);
    return readers.length === 1 && !isOutput ? readers[0] : undefined;
  }

  /** Take in the activations that follow `name` and give their result that name's value through `finish`. */
  withActivation(name: string, compute: (activation: Activation) => Value): Value[] {
    let activation: Activation = {};
    let last = name;
    for (;;) {
      const reader = this.readerOf(last);
      const next = reader && activationOf(reader, activation, this.constants);
      if (!reader || !next) break;
      activation = next;
      this.#absorbed.add(reader);
      last = reader.outputs[0];
    }
    const value = compute(activation);
    this.values.set(last, value);
    return [value];
  }

  /** Take in a node: its result is computed by the node before. */
  absorb(node: OnnxNode): void {
    this.#absorbed.add(node);
  }
}
