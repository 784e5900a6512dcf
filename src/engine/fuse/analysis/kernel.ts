/**
 * Fused kernels: the intermediate form between the ONNX graph and WebAssembly.
 *
 * A kernel is one loop nest that loads entries of stored arrays, computes with them without storing anything in
 * between, and stores outputs as they are or reduced along some of the loops.
 */

import { sizeOf } from "../../../base/array.js";
import type { OnnxNode } from "../../lower/onnx.js";
import type { TensorTable } from "../../lower/tensors.js";

/** Where a loop nest is in a stored array, in entries: offset + Σ stride · counter. */
export interface Access {
  /** The tensor whose memory it is. */
  readonly name: string;
  /** One per loop. */
  readonly strides: readonly number[];
  readonly offset: number;
}

/** A value of one iteration. Operands are positions of earlier terms. */
export type Term =
  /** An entry of `kernel.inputs[input]`. */
  | { readonly kind: "load"; readonly input: number }
  | { readonly kind: "number"; readonly number: number; readonly bool: boolean }
  /** An ONNX operator, entry by entry. */
  | {
      readonly kind: "apply";
      readonly type: string;
      readonly operands: readonly number[];
      readonly bool: boolean;
    }
  /** A reduction along a few short loops of its own, which are unrolled. */
  | {
      readonly kind: "fold";
      readonly combine: Combine;
      readonly operand: number;
      readonly loops: readonly number[];
    };

/** How the iterations of an output's reduced loops are combined; `store` if there are none. */
export type Combine = "store" | "ReduceSum" | "ReduceMax" | "ReduceMin" | "ReduceProd";

/** A stored term. */
export interface Output extends Access {
  readonly term: number;
  readonly combine: Combine;
}

/** What a loop is for: outputs have an entry per iteration, are reduced along it, or it is a fold's own. */
export type LoopUse = "kept" | "reduced" | "folded";

export interface Kernel {
  /** Sizes of the loops. */
  readonly loops: readonly number[];
  readonly uses: readonly LoopUse[];
  readonly inputs: readonly Access[];
  readonly terms: readonly Term[];
  readonly outputs: readonly Output[];
}

/** What a kernel computes: a tensor, or the part of a Concat or Pad that comes from one operand. */
export interface Target {
  readonly name: string;
  /** The position of the operand. */
  readonly operand?: number;
}

/** Where a tensor is stored: from `offset` entries into the memory of tensor `name` on. */
export interface Memory {
  readonly name: string;
  readonly offset: number;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Operators that kernels compute entry by entry. */
export const elementwiseTypes = words(
  "Add Sub Mul Div Max Min Neg Abs Sqrt Reciprocal Relu Floor Ceil Less LessOrEqual Equal And Or Xor Not Where Cast",
);
export const reduceTypes = words("ReduceSum ReduceMax ReduceMin ReduceProd");
/** Operators that copy each operand into a part of their result. */
export const placingTypes = words("Concat Pad");

/** The most entries of a reduction that is unrolled as a fold instead of being stored. */
const MAX_FOLD = 4;

/** Whether a node is a reduction short enough to be a fold. */
export function isFold(node: OnnxNode, tensors: TensorTable): boolean {
  if (!reduceTypes.has(node.type)) return false;
  const { shape } = tensors.of(node.inputs[0]);
  return sizeOf(tensors.ints(node.inputs[1]).map((axis) => shape[axis])) <= MAX_FOLD;
}

/** Where the operand of a Concat or Pad begins in the result, along each axis. */
export function operandStart(node: OnnxNode, operand: number, tensors: TensorTable): readonly number[] {
  const { shape } = tensors.of(node.outputs[0]);
  if (node.type === "Pad") return tensors.ints(node.inputs[1]).slice(0, shape.length);
  const concatAxis = node.attributes.axis as number;
  const before = node.inputs.slice(0, operand).map((input) => tensors.of(input).shape[concatAxis]);
  return shape.map((_, axis) => (axis === concatAxis ? before.reduce((a, b) => a + b, 0) : 0));
}
