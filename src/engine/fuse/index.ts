/**
 * Fusion: an ONNX graph becomes kernels of WebAssembly that take turns with ONNX Runtime over one memory.
 *
 * ONNX Runtime writes the result of every operator to memory, and its time on elementwise operators is the time of
 * these passes. A kernel computes many operators in one pass. What ONNX Runtime does best, products of large matrices,
 * stays with it. docs/fusing.md follows a small program through all stages.
 */

import { sizeOf } from "../../base/array.js";
import type { NamedSpec, OnnxGraph } from "../lower/onnx.js";
import { TensorTable } from "../lower/tensors.js";
import { isWasm, type Runtime } from "../run/options.js";
import { expandSmallProducts } from "./analysis/small-products.js";
import { readTransposed } from "./analysis/transposed.js";
import { assemble } from "./codegen/assemble.js";
import type { FusedProgram } from "./codegen/fused-program.js";
import { ownProducts } from "./products/rewrite.js";
import { flopsOf } from "./schedule/cost.js";
import type { Located } from "./schedule/memory.js";
import { plan } from "./schedule/plan.js";

/** Pages of memory (1.5 GB) up to which threads share a program, since each has the whole memory. */
const MAX_SHARED_PAGES = 24_576;

/** The fused form of `graph`, whose tensors are `tensors`, divided among at most `maxThreads` threads. */
export function fuse(
  graph: OnnxGraph,
  tensors: TensorTable,
  maxThreads: number,
  runtime: Runtime = "onnxruntime",
): FusedProgram {
  if ([...tensors.types.keys()].some((name) => isEmpty(name, tensors)))
    return fuseNonEmpty(graph, tensors, maxThreads, runtime);
  const transposed = readTransposed(expandSmallProducts(graph, tensors));
  const rewritten = isWasm(runtime) ? ownProducts(transposed) : transposed;
  const planned = plan(rewritten, new TensorTable(rewritten), runtime);
  const divided = assemble(rewritten, planned, maxThreads);
  const isTooLarge = divided.threads.length > 1 && divided.pages > MAX_SHARED_PAGES;
  const program = isTooLarge ? assemble(rewritten, planned, 1) : divided;
  return { ...program, flops: flopsOf(graph.nodes, tensors) };
}

/** Whether an array has no entries. The shape of a scalar, an int64 vector, has none either and is no array to compute. */
function isEmpty(name: string, tensors: TensorTable): boolean {
  const { dtype, shape } = tensors.of(name);
  return dtype !== "int64" && sizeOf(shape) === 0;
}

/**
 * The fused form of a graph that has arrays without entries. None of its other arrays depends on them: lowering gives them
 * no part in an operator.
 */
function fuseNonEmpty(
  graph: OnnxGraph,
  tensors: TensorTable,
  maxThreads: number,
  runtime: Runtime,
): FusedProgram {
  const isFull = ({ name }: { name: string }) => !isEmpty(name, tensors);
  const rest = {
    ...graph,
    nodes: graph.nodes.filter(({ outputs }) => !isEmpty(outputs[0], tensors)),
    initializers: graph.initializers.filter(isFull),
    inputs: graph.inputs.filter(isFull),
    outputs: graph.outputs.filter(isFull),
  };
  const { inputs, threads, ...program } = fuse(rest, new TensorTable(rest), maxThreads, runtime);
  const place = (all: readonly NamedSpec[], located: readonly (Located | null)[]) => {
    let next = 0;
    return all.map((spec) => (isFull(spec) ? located[next++] : { ...tensors.of(spec.name), address: 0 }));
  };
  return {
    ...program,
    // Cast: the inputs of a program are all located.
    inputs: place(graph.inputs, inputs) as Located[],
    threads: threads.map((thread) => ({ ...thread, outputs: place(graph.outputs, thread.outputs) })),
  };
}
