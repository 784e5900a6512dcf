/** Elementwise comparison, selection and logic. */

import type { Atom } from "../trace/trace.js";
import { broadcasted, promoted } from "./elementwise.js";
import type { GraphDType } from "./onnx.js";
import { type LoweringRules, refuse } from "./rules.js";
import { broadcastShapes, type Emitter, same, uniform, type Value } from "./values.js";

function compare(e: Emitter, [x, y]: readonly Value[], op: string): Value {
  const shape = broadcastShapes(x.shape, y.shape);
  if (x.uniform !== undefined && y.uniform !== undefined) {
    const [a, b] = [x.uniform, y.uniform];
    const holds = { less: a < b, less_equal: a <= b, equal: a === b, not_equal: a !== b }[op];
    return uniform(+holds!, "bool", shape);
  }
  // Less has no bool form: false < true becomes 0 < 1.
  const [a, b] =
    x.dtype === "bool" && op.startsWith("less") ? [e.cast(x, "int32"), e.cast(y, "int32")] : [x, y];
  if (op === "not_equal") return e.elementwise("Not", [e.elementwise("Equal", [a, b], "bool")], "bool");
  return e.elementwise({ less: "Less", less_equal: "LessOrEqual", equal: "Equal" }[op]!, [a, b], "bool");
}

/**
 * The type that operands are compared in. As in all of jax-js, a weakly typed number takes the other operand's type, or
 * int32 if that is bool: `i < 0.5` for an integer i is i < 0.
 */
function comparisonType([x, y]: readonly Atom["aval"][]): GraphDType {
  const types = ["bool", "int32", "float32"] as const;
  const rank = ({ dtype }: Atom["aval"]) => types.indexOf(dtype as (typeof types)[number]);
  if (x.weakType === y.weakType) return types[Math.max(rank(x), rank(y))];
  return types[Math.max(1, rank(x.weakType ? y : x))];
}

/** cond ? x : y. */
function where(e: Emitter, [condition, x, y]: readonly Value[]): Value {
  const shape = broadcastShapes(condition.shape, x.shape, y.shape);
  if (condition.uniform !== undefined) return broadcasted(e, condition.uniform ? x : y, shape);
  if (x.uniform !== undefined && x.uniform === y.uniform) return uniform(x.uniform, x.dtype, shape);
  if (x.name !== undefined && x.name === y.name && same(x.shape, y.shape)) return broadcasted(e, x, shape);
  if (x.dtype === "bool") {
    // Where has no bool form on the CPU provider.
    const chosen = e.elementwise("Where", [condition, e.cast(x, "int32"), e.cast(y, "int32")], "int32");
    return e.cast(chosen, "bool");
  }
  return e.elementwise("Where", [condition, x, y], x.dtype);
}

/** Bitwise operations, of booleans only. */
function logic(e: Emitter, [x, y]: readonly Value[], op: string): Value {
  if (x.dtype !== "bool") throw refuse("bit_combine", `element type ${x.dtype}`);
  return e.elementwise({ and: "And", or: "Or", xor: "Xor" }[op]!, [x, y], "bool");
}

export const logicRules: LoweringRules = {
  compare: (e, xs, { op }, _, operands) => compare(e, promoted(e, xs, comparisonType(operands)), op),
  where: (e, [condition, ...xs], _, [out]) => where(e, [condition, ...promoted(e, xs, out.dtype)]),
  bit_combine: (e, xs, { op }) => logic(e, xs, op),
};
