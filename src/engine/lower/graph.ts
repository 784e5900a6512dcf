/**
 * Builds an ONNX graph without common subexpressions and dead code: `op` and the constants are hash-consed, so the same
 * operator on the same inputs has the same name, and `finish` keeps only what the outputs need.
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
  /** The source of the nodes that are added next, if it is recorded. */
  source: Source | undefined;

  /** Declare a graph input. */
  input(spec: NamedSpec): string {
    this.#inputs.push(spec);
    return spec.name;
  }

  /** Declare a graph output with the value of tensor `name`. */
  output(name: string, spec: NamedSpec): void {
    this.#nodes.push({ type: "Identity", inputs: [name], outputs: [spec.name], attributes: {} });
    this.#outputs.push(spec);
  }

  /** Add an operator with one result; the result's name. */
  op(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.ops(type, inputs, 1, attributes)[0];
  }

  /** Add an operator with `count` results; their names. */
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

  /** Nodes that `build` adds are shared only with nodes of the same `scope`, so that they are recomputed elsewhere. */
  within<T>(scope: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = scope;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /** The node that computes `name` if it is of `type`, for peephole rules. */
  producer(name: string, type: string): OnnxNode | undefined {
    const node = this.#producers.get(name);
    return node?.type === type ? node : undefined;
  }

  /** The constant of this name, if there is one. */
  constantOf(name: string | undefined): Initializer | undefined {
    return this.#initializers.find((constant) => constant.name === name);
  }

  /** Add a constant array; its name. Small ones are shared by value. */
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

  /** Add a constant int64 vector, such as a shape or a list of axes; its name. */
  ints(values: readonly number[]): string {
    return this.constant("int64", [values.length], BigInt64Array.from(values, BigInt));
  }

  /** The graph without nodes that no output needs. */
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

/** A graph without the nodes and constants that none of its outputs needs. */
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
