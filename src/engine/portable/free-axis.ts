/**
 * Makes one axis of a graph free. The graph is lowered for two sizes of the axis, and must be the same for both except for
 * integer vectors (shapes, ends of slices, widths of padding), each of whose entries is then a + b·n of the size n. Those
 * vectors become functions of n, which is read from an input's shape; a reshape infers a single such entry by itself.
 */

import type { Initializer, OnnxGraph, OnnxNode, Port } from "../lower/onnx.js";
import { intsConstant } from "../lower/onnx.js";
import { same } from "../lower/values.js";
import type { PortableGraph } from "./graph.js";

/** A graph lowered for one size of the axis. */
interface Sized {
  readonly graph: OnnxGraph;
  readonly size: number;
}

/** An entry a + b·n of an integer vector. */
interface Affine {
  readonly a: number;
  readonly b: number;
}

/** The graph with the axis named `axis`; undefined if the two graphs differ in anything but integer vectors. */
export function withFreeAxis(first: Sized, second: Sized, axis: string): PortableGraph | undefined {
  const { graph } = first;
  if (!sameNodes(graph.nodes, second.graph.nodes)) return undefined;
  const others = new Map(second.graph.initializers.map((constant) => [constant.name, constant]));
  const varying = new Map<string, Affine[]>();
  for (const constant of graph.initializers) {
    const other = others.get(constant.name);
    if (!other || other.dtype !== constant.dtype || !same(other.shape, constant.shape)) return undefined;
    if (constant.data.every((x: number | bigint, i: number) => Object.is(x, other.data[i]))) continue;
    const entries = affineOf(constant, other, first.size, second.size);
    if (!entries) return undefined;
    varying.set(constant.name, entries);
  }
  const ports = (ours: OnnxGraph["inputs"], theirs: OnnxGraph["inputs"]): Port[] =>
    ours.map((port, i) => ({
      ...port,
      shape: port.shape.map((size, k) => (size === theirs[i].shape[k] ? size : axis)),
    }));
  const inputs = ports(graph.inputs, second.graph.inputs);
  const outputs = ports(graph.outputs, second.graph.outputs);
  return { ...freed(graph, varying, inputs, axis), inputs, outputs };
}

function sameNodes(ours: readonly OnnxNode[], theirs: readonly OnnxNode[]): boolean {
  return (
    ours.length === theirs.length &&
    ours.every((node, i) => JSON.stringify(node) === JSON.stringify(theirs[i]))
  );
}

/** The entries of an integer vector as functions of the size; undefined for other constants. */
function affineOf(ours: Initializer, theirs: Initializer, n: number, m: number): Affine[] | undefined {
  if (ours.dtype !== "int64" || ours.shape.length !== 1) return undefined;
  const [values, others] = [ours, theirs].map(({ data }) => Array.from(data as BigInt64Array, Number));
  const entries = values.map((value, i): Affine => {
    const b = (others[i] - value) / (m - n);
    return { a: value - b * n, b };
  });
  return entries.every(({ b }) => Number.isInteger(b)) ? entries : undefined;
}

/** The nodes and constants with the varying vectors computed. */
function freed(
  graph: OnnxGraph,
  varying: ReadonlyMap<string, readonly Affine[]>,
  inputs: readonly Port[],
  axis: string,
): Pick<PortableGraph, "nodes" | "initializers"> {
  const builder = new SizeNodes(inputs, axis);
  const nodes = graph.nodes.map((node): OnnxNode => {
    const replaced = node.inputs.map((input, i) => {
      const entries = varying.get(input);
      if (!entries) return input;
      const isInferred =
        node.type === "Reshape" && i === 1 && entries.filter(({ b }) => b !== 0).length === 1;
      return isInferred
        ? builder.constant(entries.map(({ a, b }) => (b === 0 ? a : -1)))
        : builder.vector(entries);
    });
    return { ...node, inputs: replaced };
  });
  return {
    nodes: [...builder.nodes, ...nodes],
    initializers: [
      ...graph.initializers.filter(({ name }) => !varying.has(name)),
      ...builder.constants.values(),
    ],
  };
}

/** Builds the operators that compute integer vectors of the size of the free axis. */
class SizeNodes {
  readonly nodes: OnnxNode[] = [];
  readonly constants = new Map<string, Initializer>();
  readonly #known = new Map<string, string>();

  constructor(
    readonly inputs: readonly Port[],
    readonly axis: string,
  ) {}

  /** A constant vector; its name. */
  constant(values: readonly number[]): string {
    const key = values.join();
    const known = this.constants.get(key);
    if (known) return known.name;
    const name = `sizes_${this.constants.size}`;
    this.constants.set(key, intsConstant(name, values));
    return name;
  }

  /** The vector of entries a + b·n; its name. */
  vector(entries: readonly Affine[]): string {
    const parts = entries.map(({ a, b }) => {
      if (b === 0) return this.constant([a]);
      const scaled = b === 1 ? this.#size() : this.#op("Mul", [this.#size(), this.constant([b])]);
      return a === 0 ? scaled : this.#op("Add", [scaled, this.constant([a])]);
    });
    return parts.length === 1 ? parts[0] : this.#op("Concat", parts, { axis: 0 });
  }

  /** n, of the shape of the first input that has the axis. */
  #size(): string {
    const input = this.inputs.find(({ shape }) => shape.includes(this.axis))!;
    const start = input.shape.indexOf(this.axis);
    return this.#op("Shape", [input.name], { start, end: start + 1 });
  }

  #op(type: string, inputs: readonly string[], attributes: OnnxNode["attributes"] = {}): string {
    const key = JSON.stringify([type, inputs]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = `size_${this.#known.size}`;
    this.nodes.push({ type, inputs, outputs: [name], attributes });
    this.#known.set(key, name);
    return name;
  }
}
