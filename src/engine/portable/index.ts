/**
 * Functions of tensors as ONNX graphs for other runtimes: opset 17, the default domain, named inputs and outputs, one axis
 * free.
 */

import { type ArraySpec, byteWidth, type NDArray, sizeOf, viewOf } from "../../base/array.js";
import { channelsFirst } from "../lower/forward.js";
import { lower } from "../lower/index.js";
import type { OnnxGraph } from "../lower/onnx.js";
import type { Tensor } from "../trace/jax.js";
import { type Trace, trace } from "../trace/trace.js";
import { folded } from "./fold.js";
import { withFreeAxis } from "./free-axis.js";
import { type PortableGraph, renamed, withoutIdentities } from "./graph.js";
import { toPortableOpset } from "./opset.js";
import { simplified } from "./simplify.js";

export { encodeFiles } from "./encode.js";
export type { PortableGraph } from "./graph.js";
export { joined } from "./join.js";
export { type PortableArray, runOnce } from "./session.js";

type Named<T> = Readonly<Record<string, T>>;

/** A traced function of tensors by name. */
export interface NamedTrace {
  readonly traced: Trace;
  /** Names of the inputs and outputs, by those that lowering gives them. */
  readonly names: ReadonlyMap<string, string>;
}

/** Trace a function of tensors by name. */
export function traceNamed(
  fn: (inputs: Named<Tensor>) => Named<Tensor>,
  inputs: Named<ArraySpec>,
): NamedTrace {
  const traced = trace(fn, [inputs]);
  const names = new Map([
    ...Object.keys(inputs).map((name, i) => [`in${i}`, name] as const),
    ...Object.keys(traced.structure).map((name, i) => [`out${i}`, name] as const),
  ]);
  return { traced, names };
}

/** A function to be lowered. */
export interface PortableFunction {
  /** Trace it for a size of the free axis. */
  trace(size: number): NamedTrace;
  /** The name of the free axis; if absent, all sizes are fixed. */
  readonly axis?: string;
  /** The size of the axis if it is fixed. */
  readonly size: number;
}

/** Pairs of sizes to lower a graph for: equal to no other size of most models, so that shapes are not confused. */
const SIZES = [
  [11, 13],
  [13, 7],
  [9, 15],
  [6, 10],
] as const;

/** A lowered function. */
export interface Portable {
  readonly graph: PortableGraph;
  /** Whether the axis is free. It stays fixed if the operators depend on its size. */
  readonly isFree: boolean;
}

/**
 * Lower a function for other runtimes.
 *
 * @throws {InputError} `engine/primitive-not-lowered`, `engine/unsupported-type`
 */
export async function portableGraph({ trace, axis, size }: PortableFunction): Promise<Portable> {
  const { names } = trace(size);
  const named = (graph: PortableGraph) => renamed(withoutIdentities(graph), names);
  const sized = async (n: number) => ({ graph: await lowered(trace(n)), size: n });
  if (axis !== undefined)
    for (const [n, m] of SIZES) {
      const graph = withFreeAxis(await sized(n), await sized(m), axis);
      if (graph) return { graph: named(graph), isFree: true };
    }
  const { graph } = await sized(size);
  return { graph: named(graph), isFree: false };
}

async function lowered({ traced }: NamedTrace): Promise<OnnxGraph> {
  const plain = await folded(lower(traced).graph);
  if (!plain.nodes.some(({ type }) => type === "Conv")) return toPortableOpset(simplified(plain));
  const rewritten = await folded(channelsFirst(plain));
  return toPortableOpset(simplified(rewritten.nodes.length < plain.nodes.length ? rewritten : plain));
}

/** The outputs of a graph that depend on no input, as arrays. */
export function constantOutputs({ nodes, initializers, outputs }: PortableGraph): Record<string, NDArray> {
  const constants = new Map(initializers.map((constant) => [constant.name, constant]));
  const found = outputs.flatMap(({ name, dtype, shape }) => {
    const node = nodes.find((each) => each.outputs.includes(name));
    const source = constants.get(node?.inputs[0] ?? "");
    if (!node || !source || dtype === "int64") return [];
    const sizes = shape as readonly number[];
    const values = source.data as NDArray["data"];
    if (node.type === "Identity") return [[name, { dtype, shape: sizes, data: values }] as const];
    if (node.type !== "Expand" || values.length !== 1) return [];
    const data = viewOf(dtype, new ArrayBuffer(sizeOf(sizes) * byteWidth[dtype])).fill(values[0]);
    return [[name, { dtype, shape: sizes, data }] as const];
  });
  return Object.fromEntries(found);
}
