/** Entry-by-entry primitives: arithmetic, comparison, logic, selection, with the algebra that costs nothing. */

import type { GraphDType } from "../onnx.js";
import { withRank } from "./movement.js";
import { type LoweringRules, refuse } from "./rules.js";
import { broadcastShapes, type Emitter, same, uniform, type Value } from "./values.js";

/** `value` seen as an array of `shape` that it broadcasts to. */
function stretched(e: Emitter, value: Value, shape: readonly number[]): Value {
  if (value.uniform !== undefined) return uniform(value.uniform, value.dtype, shape);
  return { ...withRank(e, value, shape.length), shape };
}

/** The operand of a `Neg`, when that is what computes `value`. */
function negated(e: Emitter, value: Value): Value | undefined {
  const node = value.name === undefined ? undefined : e.graph.producer(value.name, "Neg");
  return node && { ...value, name: node.inputs[0] };
}

/** x + y, with 0 + y = y and x + (−y) = x − y. Zeros come from the tangents of constants, so x + 0 is exact. */
function add(e: Emitter, x: Value, y: Value): Value {
  const shape = broadcastShapes(x.shape, y.shape);
  if (x.dtype === "bool") return e.elementwise("Or", [x, y], "bool");
  if (x.uniform !== undefined && y.uniform !== undefined)
    return uniform(x.uniform + y.uniform, x.dtype, shape);
  if (x.uniform === 0) return stretched(e, y, shape);
  if (y.uniform === 0) return stretched(e, x, shape);
  const minusY = negated(e, y);
  if (minusY) return e.elementwise("Sub", [x, minusY], x.dtype);
  const minusX = negated(e, x);
  if (minusX) return e.elementwise("Sub", [y, minusX], x.dtype);
  return e.elementwise("Add", [x, y], x.dtype);
}

/**
 * x · y, with 1 · y = y and 0 · y = 0. The zero is structural (the tangent of a constant), as in every
 * symbolic differentiator; it does not ask whether y is finite.
 */
export function multiply(e: Emitter, x: Value, y: Value): Value {
  const shape = broadcastShapes(x.shape, y.shape);
  if (x.dtype === "bool") return e.elementwise("And", [x, y], "bool");
  if (x.uniform !== undefined && y.uniform !== undefined)
    return uniform(x.uniform * y.uniform, x.dtype, shape);
  if (x.uniform === 0 || y.uniform === 0) return uniform(0, x.dtype, shape);
  if (x.uniform === 1) return stretched(e, y, shape);
  if (y.uniform === 1) return stretched(e, x, shape);
  return e.elementwise("Mul", [x, y], x.dtype);
}

const unary =
  (type: string, fold: (x: number) => number) =>
  (e: Emitter, [x]: readonly Value[]): Value =>
    x.uniform === undefined ? e.elementwise(type, [x], x.dtype) : uniform(fold(x.uniform), x.dtype, x.shape);

/** An extremum. Booleans are ordered: false < true. */
const extremum =
  (type: "Max" | "Min", logic: "Or" | "And", fold: (x: number, y: number) => number) =>
  (e: Emitter, [x, y]: readonly Value[]): Value => {
    if (x.uniform !== undefined && y.uniform !== undefined)
      return uniform(fold(x.uniform, y.uniform), x.dtype, broadcastShapes(x.shape, y.shape));
    if (x.dtype === "bool") return e.elementwise(logic, [x, y], "bool");
    const rectified = y.uniform === 0 ? x : x.uniform === 0 ? y : undefined;
    if (type === "Max" && rectified && x.dtype === "float32")
      return stretched(e, e.elementwise("Relu", [rectified], x.dtype), broadcastShapes(x.shape, y.shape));
    return e.elementwise(type, [x, y], x.dtype);
  };

/** Round towards zero; ONNX has Floor and Ceil only. */
function truncate(e: Emitter, x: Value): Value {
  const negative = e.elementwise("Less", [x, uniform(0, x.dtype, [])], "bool");
  const [up, down] = [e.elementwise("Ceil", [x], x.dtype), e.elementwise("Floor", [x], x.dtype)];
  return e.elementwise("Where", [negative, up, down], x.dtype);
}

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

/** cond ? x : y. */
function where(e: Emitter, [condition, x, y]: readonly Value[]): Value {
  const shape = broadcastShapes(condition.shape, x.shape, y.shape);
  if (condition.uniform !== undefined) return stretched(e, condition.uniform ? x : y, shape);
  if (x.uniform !== undefined && x.uniform === y.uniform) return uniform(x.uniform, x.dtype, shape);
  if (x.name !== undefined && x.name === y.name && same(x.shape, y.shape)) return stretched(e, x, shape);
  if (x.dtype === "bool") {
    // Where has no bool form on the CPU provider.
    const chosen = e.elementwise("Where", [condition, e.cast(x, "int32"), e.cast(y, "int32")], "int32");
    return e.cast(chosen, "bool");
  }
  return e.elementwise("Where", [condition, x, y], x.dtype);
}

function erfc(e: Emitter, [x]: readonly Value[]): Value {
  return e.elementwise("Sub", [uniform(1, x.dtype, []), e.elementwise("Erf", [x], x.dtype)], x.dtype);
}

/** Bitwise operations are lowered on booleans only, where they are logic. */
function logic(e: Emitter, [x, y]: readonly Value[], op: string): Value {
  if (x.dtype !== "bool") throw refuse("bit_combine", `element type ${x.dtype}`);
  return e.elementwise({ and: "And", or: "Or", xor: "Xor" }[op]!, [x, y], "bool");
}

/** The operands, converted to the type of the result (jax-js promotes implicitly). */
const promoted = (e: Emitter, inputs: readonly Value[], dtype: GraphDType) =>
  inputs.map((v) => e.cast(v, dtype));

/** The wider of two operand types: what a comparison compares in. */
const wider = (inputs: readonly Value[]): GraphDType =>
  (["float32", "int32", "bool"] as const).find((dtype) => inputs.some((v) => v.dtype === dtype))!;

export const elementwiseRules: LoweringRules = {
  add: (e, xs, _, [out]) => add(e, ...(promoted(e, xs, out.dtype) as [Value, Value])),
  mul: (e, xs, _, [out]) => multiply(e, ...(promoted(e, xs, out.dtype) as [Value, Value])),
  idiv(e, xs, _, [out]) {
    const quotient = e.elementwise("Div", promoted(e, xs, out.dtype), out.dtype);
    return out.dtype === "float32" ? truncate(e, quotient) : quotient;
  },
  mod: (e, xs, _, [out]) => e.elementwise("Mod", promoted(e, xs, out.dtype), out.dtype, { fmod: 1 }),
  max: (e, xs, _, [out]) => extremum("Max", "Or", Math.max)(e, promoted(e, xs, out.dtype)),
  min: (e, xs, _, [out]) => extremum("Min", "And", Math.min)(e, promoted(e, xs, out.dtype)),
  neg: (e, [x]) => negated(e, x) ?? unary("Neg", (a) => -a)(e, [x]),
  reciprocal: unary("Reciprocal", (a) => 1 / a),
  floor: unary("Floor", Math.floor),
  ceil: unary("Ceil", Math.ceil),
  sin: unary("Sin", Math.sin),
  cos: unary("Cos", Math.cos),
  asin: unary("Asin", Math.asin),
  atan: unary("Atan", Math.atan),
  exp: unary("Exp", Math.exp),
  log: unary("Log", Math.log),
  sqrt: unary("Sqrt", Math.sqrt),
  erf: (e, [x]) => e.elementwise("Erf", [x], x.dtype),
  erfc,
  stop_gradient: (_, [x]) => x,
  cast: (e, [x], _, [out]) => e.cast(x, out.dtype),
  compare: (e, xs, { op }) => compare(e, promoted(e, xs, wider(xs)), op),
  where: (e, [condition, ...xs], _, [out]) => where(e, [condition, ...promoted(e, xs, out.dtype)]),
  bit_combine: (e, xs, { op }) => logic(e, xs, op),
};
