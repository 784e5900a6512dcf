/** The type of lowering rules, and the error for a primitive without one. */

import type { ArraySpec } from "../../base/array.js";
import { InputError } from "../../base/errors.js";
import type { Atom } from "../trace/trace.js";
import type { Emitter, Value } from "./values.js";

/**
 * Lowers one primitive: adds its operators to the graph and returns its results. `outputs` and `operands` are the types
 * of its results and operands. Each rule declares the parameters of its primitive: `never` here, so that any type fits.
 */
export type LoweringRule = (
  emitter: Emitter,
  inputs: readonly Value[],
  params: never,
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

/** @throws {InputError} `engine/primitive-not-lowered` if a value is not float32, for operators that ONNX Runtime has for floats only. */
export function floatsOnly(primitive: string, { dtype }: Value): void {
  if (dtype !== "float32") throw refuse(primitive, `element type ${dtype}; it is computed on float32 only`);
}
