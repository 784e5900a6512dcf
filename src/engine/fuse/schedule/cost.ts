/** Cost model: run time estimated from shapes alone, so that how a program runs never depends on a clock. */

import { sizeOf } from "../../../base/array.js";
import type { OnnxNode } from "../../lower/onnx.js";
import type { TensorTable } from "../../lower/tensors.js";

/** Seconds per entry that an elementwise operator reads or writes. */
export const SECONDS_PER_ENTRY = 0.4e-9;
/** Seconds per multiplication or addition of a matrix product or convolution. */
export const SECONDS_PER_FLOP = 1 / 140e9;
/** Seconds per call of ONNX Runtime. */
export const SECONDS_PER_CALL = 10e-6;

const matrixProducts: ReadonlySet<string> = new Set(["MatMul", "Gemm", "FusedMatMul", "Product", "Linear"]);

/** Multiplications and additions of the matrix products and convolutions among `nodes`. */
export const flopsOf = (nodes: readonly OnnxNode[], tensors: TensorTable): number =>
  nodes.reduce((sum, node) => sum + flopsOfNode(node, tensors), 0);

function flopsOfNode(
  { type, inputs: [x, w], outputs: [y], attributes }: OnnxNode,
  tensors: TensorTable,
): number {
  if (matrixProducts.has(type)) return 2 * sizeOf(tensors.of(x).shape) * tensors.of(y).shape.at(-1)!;
  if (type === "ConvLast") {
    const { kernel, depthwise } = attributes;
    const channels = depthwise === 1 ? 1 : tensors.of(x).shape.at(-1)!;
    return 2 * sizeOf(tensors.of(y).shape) * sizeOf(kernel as readonly number[]) * channels;
  }
  if (type !== "Conv") return 0;
  const [, ...window] = tensors.of(w).shape;
  return 2 * sizeOf(tensors.of(y).shape) * sizeOf(window);
}

/** Estimated run time of `nodes` as one ONNX model, in seconds. */
export function secondsOf(nodes: readonly OnnxNode[], tensors: TensorTable): number {
  const entries = nodes.reduce((sum, { outputs: [y] }) => sum + sizeOf(tensors.of(y).shape), 0);
  return flopsOf(nodes, tensors) * SECONDS_PER_FLOP + entries * SECONDS_PER_ENTRY;
}
