/**
 * Fusion: an ONNX graph becomes kernels of WebAssembly that take turns with ONNX Runtime over one memory.
 *
 * ONNX Runtime writes the result of every operator to memory, and its time on elementwise operators is the time of
 * these passes. A kernel computes many operators in one pass. What ONNX Runtime does best, products of large matrices,
 * stays with it. docs/fusing.md follows a small program through all stages.
 */

import type { OnnxGraph } from "../lower/onnx.js";
import { TensorTable } from "../lower/tensors.js";
import { expandSmallProducts } from "./analysis/small-products.js";
import { readTransposed } from "./analysis/transposed.js";
import { assemble } from "./codegen/assemble.js";
import type { FusedProgram } from "./codegen/fused-program.js";
import { flopsOf } from "./schedule/cost.js";
import { plan } from "./schedule/plan.js";

/** Pages of memory (1.5 GB) up to which threads share a program, since each has the whole memory. */
const MAX_SHARED_PAGES = 24_576;

/** The fused form of `graph`, whose tensors are `tensors`, divided among at most `maxThreads` threads. */
export function fuse(graph: OnnxGraph, tensors: TensorTable, maxThreads: number): FusedProgram {
  const rewritten = readTransposed(expandSmallProducts(graph, tensors));
  const planned = plan(rewritten, new TensorTable(rewritten));
  const divided = assemble(rewritten, planned, maxThreads);
  const isTooLarge = divided.threads.length > 1 && divided.pages > MAX_SHARED_PAGES;
  const program = isTooLarge ? assemble(rewritten, planned, 1) : divided;
  return { ...program, flops: flopsOf(graph.nodes, tensors) };
}
