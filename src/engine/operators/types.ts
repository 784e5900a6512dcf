/** Operators in JavaScript: what they take and give. */

import type { GraphDType, OnnxNode } from "../lower/onnx.js";

/** An array of a program's memory. */
export interface Operand {
  readonly dtype: GraphDType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array | BigInt64Array;
}

/** Computes the outputs of a node into their arrays. */
export type Operator = (
  inputs: readonly Operand[],
  outputs: readonly Operand[],
  attributes: OnnxNode["attributes"],
) => void;
