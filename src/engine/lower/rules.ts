/** What a lowering rule is, and the error for what has none. */

import type { ArraySpec } from "../../base/array.js";
import { InputError } from "../../base/errors.js";
import type { Atom } from "../trace/trace.js";
import type { Emitter, Value } from "./values.js";

/** Writes one primitive: its operands, its parameters and the types of its results (and operands) give the results. */
export type LoweringRule = (
  emitter: Emitter,
  inputs: readonly Value[],
  // biome-ignore lint/suspicious/noExplicitAny: each rule knows its primitive's parameters
  params: any,
  outputs: readonly ArraySpec[],
  operands: readonly Atom["aval"][],
) => Value | readonly Value[];

export type LoweringRules = Readonly<Record<string, LoweringRule>>;

/** The error for a primitive that has no ONNX form. */
export function refuse(primitive: string, detail = "it has no ordinary ONNX operator"): InputError {
  return new InputError({
    code: "engine/primitive-not-lowered",
    where: `primitive "${primitive}"`,
    problem: `cannot be lowered to ONNX (${detail})`,
    expected: "a primitive of the engine's table (src/engine/lower)",
    remedy: "Write the function without it, or compute that part outside the program.",
  });
}

/** Refuse a primitive on any other element type than float32: ONNX Runtime computes it on floats only. */
export function floatsOnly(primitive: string, { dtype }: Value): void {
  if (dtype !== "float32") throw refuse(primitive, `element type ${dtype}; it is computed on float32 only`);
}
