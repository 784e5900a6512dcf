/**
 * Build an ONNX graph that holds no operator twice and none in vain.
 *
 * Common subexpressions: `op` and the constants are hash-consed, so the same operator on the same inputs is
 * the same name. Dead code: `finish` keeps what the outputs need.
 */

import type { TypedArray } from "../../base/array.js";
import type { Source } from "../trace/source.js";
import type { Attributes, GraphDType, Initializer, NamedSpec, OnnxGraph, OnnxNode } from "./onnx.js";

export class GraphBuilder {
  #nodes: OnnxNode[] = [];
  #initializers: Initializer[] = [];
  #inputs: NamedSpec[] = [];
  #outputs: NamedSpec[] = [];
  #known = new Map<string, readonly string[]>();
  #producers = new Map<string, OnnxNode>();
  #count = 0;
  #scope = "";
  readonly #sources = new Map<string, Source>();
  /** What is added comes from this, where that is recorded. */
  source: Source | undefined;

  /** Declare a graph input. */
  input(spec: NamedSpec): string {
    this.#inputs.push(spec);
    return spec.name;
  }

  /** Declare a graph output computed as `name`. */
  output(name: string, spec: NamedSpec): void {
    this.#nodes.push({ type: "Identity", inputs: [name], outputs: [spec.name], attributes: {} });
    this.#outputs.push(spec);
  }

  /** The one result of an operator. */
  op(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.ops(type, inputs, 1, attributes)[0];
  }

  /** The `count` results of an operator. */
  ops(
    type: string,
    inputs: readonly string[],
    count: number,
    attributes: Attributes = {},
  ): readonly string[] {
    const key = JSON.stringify([this.#scope, type, inputs, count, attributes]);
    const known = this.#known.get(key);
    if (known) return known;
    const outputs = Array.from({ length: count }, () => `${type}_${this.#count++}`);
    const node = { type, inputs, outputs, attributes };
    this.#nodes.push(node);
    for (const output of outputs) this.#producers.set(output, node);
    if (this.source) for (const output of outputs) this.#sources.set(output, this.source);
    this.#known.set(key, outputs);
    return outputs;
  }

  /** What `build` adds is shared only within one `scope`: computed anew rather than kept for long. */
  within<T>(scope: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = scope;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /** The node that computes `name`, if it is of `type`: what peephole rules look through. */
  producer(name: string, type: string): OnnxNode | undefined {
    const node = this.#producers.get(name);
    return node?.type === type ? node : undefined;
  }

  /** A constant array. Small ones are shared by value. */
  constant(dtype: GraphDType, shape: readonly number[], data: TypedArray | BigInt64Array): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const key = data.length <= 1024 ? `${dtype}[${shape}]${bytes.join()}` : `${dtype}#${this.#count}`;
    const known = this.#known.get(key);
    if (known) return known[0];
    const name = `constant_${this.#count++}`;
    this.#initializers.push({ name, dtype, shape, data });
    this.#known.set(key, [name]);
    return name;
  }

  /** A constant int64 vector: shapes, axes, positions. */
  ints(values: readonly number[]): string {
    return this.constant("int64", [values.length], BigInt64Array.from(values, BigInt));
  }

  /** The graph, without what no output needs. */
  finish(): OnnxGraph {
    return liveOf({
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs,
      outputs: this.#outputs,
      ...(this.#sources.size > 0 && { sources: this.#sources }),
    });
  }
}

/** The graph without what none of its outputs needs. */
export function liveOf(graph: OnnxGraph): OnnxGraph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const live = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) needed.add(input);
    return true;
  });
  const initializers = graph.initializers.filter(({ name }) => needed.has(name));
  return { ...graph, nodes: live.reverse(), initializers };
}
