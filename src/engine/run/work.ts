/** What a program is thought to cost, by shapes alone, so that how it is run never depends on a clock. */

import { sizeOf } from "../../base/array.js";
import type { Tensors } from "../fuse/analysis/infer.js";
import type { OnnxNode } from "../lower/onnx.js";

/** Seconds an entry of a result, an operation of a product, and a call of the runtime. */
export const PER_ENTRY = 0.4e-9;
export const PER_FLOP = 1 / 140e9;
export const PER_CALL = 10e-6;

/** Seconds of work up to which a program is run sooner than another thread is told to. */
const SMALL = 0.5e-3;

const products: ReadonlySet<string> = new Set(["MatMul", "Gemm", "FusedMatMul"]);

/** Multiplications and additions of an operator that is a matrix product or a convolution. */
function flopsOfNode({ type, inputs: [x, w], outputs: [y] }: OnnxNode, tensors: Tensors): number {
  if (products.has(type)) return 2 * sizeOf(tensors.of(x).shape) * tensors.of(y).shape.at(-1)!;
  if (type !== "Conv") return 0;
  const [, ...window] = tensors.of(w).shape;
  return 2 * sizeOf(tensors.of(y).shape) * sizeOf(window);
}

/** Multiplications and additions of matrix products and convolutions. */
export const flopsOf = (nodes: readonly OnnxNode[], tensors: Tensors): number =>
  nodes.reduce((sum, node) => sum + flopsOfNode(node, tensors), 0);

/** Whether a program's products and results are so few that telling a thread to run it takes as long as it does. */
export function isSmall(nodes: readonly OnnxNode[], tensors: Tensors): boolean {
  const entries = nodes.reduce((sum, { outputs: [y] }) => sum + sizeOf(tensors.of(y).shape), 0);
  return flopsOf(nodes, tensors) * PER_FLOP + entries * PER_ENTRY <= SMALL;
}
