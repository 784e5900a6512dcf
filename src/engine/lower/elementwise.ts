/** Elementwise arithmetic and functions, simplified by identities such as 0 + y = y and 1 · y = y. */

import { withRank } from "./movement.js";
import type { Attributes, GraphDType } from "./onnx.js";
import { floatsOnly, type LoweringRule, type LoweringRules, refuse } from "./rules.js";
import { broadcastShapes, type Emitter, same, uniform, type Value } from "./values.js";

/** The value broadcast to `shape`. */
export function broadcasted(e: Emitter, value: Value, shape: readonly number[]): Value {
  if (value.uniform !== undefined) return uniform(value.uniform, value.dtype, shape);
  return { ...withRank(e, value, shape.length), shape };
}

/** The operand of `value` if it is a `Neg`. */
function negated(e: Emitter, value: Value): Value | undefined {
  const node = value.name === undefined ? undefined : e.graph.producer(value.name, "Neg");
  return node && { ...value, name: node.inputs[0] };
}

/** x + y, with 0 + y = y, x + (−y) = x − y and x − x = 0. The zeros are tangents of constants, so x + 0 is exact. */
export function add(e: Emitter, x: Value, y: Value): Value {
  const shape = broadcastShapes(x.shape, y.shape);
  if (x.dtype === "bool") return e.elementwise("Or", [x, y], "bool");
  if (x.uniform !== undefined && y.uniform !== undefined)
    return uniform(x.uniform + y.uniform, x.dtype, shape);
  if (x.uniform === 0) return broadcasted(e, y, shape);
  if (y.uniform === 0) return broadcasted(e, x, shape);
  const minusY = negated(e, y);
  if (minusY && minusY.name === x.name && same(x.shape, y.shape)) return uniform(0, x.dtype, shape);
  if (minusY) return e.elementwise("Sub", [x, minusY], x.dtype);
  const minusX = negated(e, x);
  if (minusX) return e.elementwise("Sub", [y, minusX], x.dtype);
  return e.elementwise("Add", [x, y], x.dtype);
}

/** x · y, with 1 · y = y and 0 · y = 0, also if y is not finite: the zeros are tangents of constants. */
export function multiply(e: Emitter, x: Value, y: Value): Value {
  const shape = broadcastShapes(x.shape, y.shape);
  if (x.dtype === "bool") return e.elementwise("And", [x, y], "bool");
  if (x.uniform !== undefined && y.uniform !== undefined) {
    const times = x.dtype === "int32" ? Math.imul : (a: number, b: number) => a * b;
    return uniform(times(x.uniform, y.uniform), x.dtype, shape);
  }
  if (x.uniform === 0 || y.uniform === 0) return uniform(0, x.dtype, shape);
  if (x.uniform === 1) return broadcasted(e, y, shape);
  if (y.uniform === 1) return broadcasted(e, x, shape);
  return e.elementwise("Mul", [x, y], x.dtype);
}

/** The rule of a function of floats; `fold` computes it for constants. */
const unary =
  (primitive: string, type: string, fold: (x: number) => number): LoweringRule =>
  (e, [operand], _, [out]) => {
    const x = e.cast(operand, out.dtype);
    floatsOnly(primitive, x);
    return x.uniform === undefined
      ? e.elementwise(type, [x], x.dtype)
      : uniform(fold(x.uniform), x.dtype, x.shape);
  };

function negate(e: Emitter, x: Value): Value {
  if (x.dtype === "bool") throw refuse("neg", "element type bool");
  if (x.uniform !== undefined) return uniform(-x.uniform, x.dtype, x.shape);
  return negated(e, x) ?? e.elementwise("Neg", [x], x.dtype);
}

/** The maximum or minimum of two values; false < true. */
const extremum =
  (type: "Max" | "Min", logic: "Or" | "And", fold: (x: number, y: number) => number) =>
  (e: Emitter, [x, y]: readonly Value[]): Value => {
    if (x.uniform !== undefined && y.uniform !== undefined)
      return uniform(fold(x.uniform, y.uniform), x.dtype, broadcastShapes(x.shape, y.shape));
    if (x.dtype === "bool") return e.elementwise(logic, [x, y], "bool");
    const operand = y.uniform === 0 ? x : x.uniform === 0 ? y : undefined;
    if (type === "Max" && operand && x.dtype === "float32")
      return broadcasted(e, e.elementwise("Relu", [operand], x.dtype), broadcastShapes(x.shape, y.shape));
    return e.elementwise(type, [x, y], x.dtype);
  };

/** Round towards zero; ONNX has Floor and Ceil only. */
function truncate(e: Emitter, x: Value): Value {
  const negative = e.elementwise("Less", [x, uniform(0, x.dtype, [])], "bool");
  const [up, down] = [e.elementwise("Ceil", [x], x.dtype), e.elementwise("Floor", [x], x.dtype)];
  return e.elementwise("Where", [negative, up, down], x.dtype);
}

/**
 * Truncated division, or its remainder. On integers anything by 0 is 0, as with jax-js; the processor itself would
 * end the process, as it would for the least integer by −1, so the division is done in 64 bits.
 */
function divide(e: Emitter, primitive: "idiv" | "mod", [x, y]: readonly Value[]): Value {
  const [type, attributes]: [string, Attributes] = primitive === "mod" ? ["Mod", { fmod: 1 }] : ["Div", {}];
  const quotient = (a: Value, b: Value) => e.elementwise(type, [a, b], a.dtype, attributes);
  if (x.dtype === "bool") throw refuse(primitive, "element type bool");
  if (x.dtype === "float32") return primitive === "mod" ? quotient(x, y) : truncate(e, quotient(x, y));
  if (y.uniform !== undefined && y.uniform > 0) return quotient(x, y);
  const [a, b] = [e.cast(x, "int64"), e.cast(y, "int64")];
  const [zero, one] = [uniform(0, "int64", []), uniform(1, "int64", [])];
  const byZero = e.elementwise("Equal", [b, zero], "bool");
  const safe = quotient(a, e.elementwise("Where", [byZero, one, b], "int64"));
  return e.cast(e.elementwise("Where", [byZero, zero, safe], "int64"), "int32");
}

function erf(e: Emitter, x: Value): Value {
  floatsOnly("erf", x);
  return e.elementwise("Erf", [x], x.dtype);
}

/**
 * erfc(x) = 1 − erf(x) keeps nothing of the tail; so t · p(t) · exp(−x²) with t = 1 / (1 + 0.3275911 |x|) and a
 * polynomial p (Abramowitz and Stegun, 1964, formula 7.1.26), which is what jax-js computes, mirrored for x < 0.
 */
function erfc(e: Emitter, x: Value): Value {
  floatsOnly("erfc", x);
  const number = (n: number) => uniform(n, "float32", []);
  const apply = (type: string, ...xs: Value[]) => e.elementwise(type, xs, "float32");
  const plus = (a: Value, n: number) => apply("Add", a, number(n));
  const t = apply("Reciprocal", plus(apply("Mul", apply("Abs", x), number(0.3275911)), 1));
  const p = [-1.453152027, 1.421413741, -0.284496736, 0.254829592].reduce(
    (sum, coefficient) => plus(apply("Mul", sum, t), coefficient),
    number(1.061405429),
  );
  const tail = apply("Mul", apply("Mul", p, t), apply("Exp", apply("Neg", apply("Mul", x, x))));
  return apply("Where", e.elementwise("Less", [x, number(0)], "bool"), apply("Sub", number(2), tail), tail);
}

/** The operands, converted to the type of the result (jax-js promotes implicitly). */
export const promoted = (e: Emitter, inputs: readonly Value[], dtype: GraphDType) =>
  inputs.map((v) => e.cast(v, dtype));

export const elementwiseRules: LoweringRules = {
  add: (e, xs, _, [out]) => add(e, ...(promoted(e, xs, out.dtype) as [Value, Value])),
  mul: (e, xs, _, [out]) => multiply(e, ...(promoted(e, xs, out.dtype) as [Value, Value])),
  idiv: (e, xs, _, [out]) => divide(e, "idiv", promoted(e, xs, out.dtype)),
  mod: (e, xs, _, [out]) => divide(e, "mod", promoted(e, xs, out.dtype)),
  max: (e, xs, _, [out]) => extremum("Max", "Or", Math.max)(e, promoted(e, xs, out.dtype)),
  min: (e, xs, _, [out]) => extremum("Min", "And", Math.min)(e, promoted(e, xs, out.dtype)),
  neg: (e, xs, _, [out]) => negate(e, promoted(e, xs, out.dtype)[0]),
  reciprocal: unary("reciprocal", "Reciprocal", (a) => 1 / a),
  floor: unary("floor", "Floor", Math.floor),
  ceil: unary("ceil", "Ceil", Math.ceil),
  sin: unary("sin", "Sin", Math.sin),
  cos: unary("cos", "Cos", Math.cos),
  asin: unary("asin", "Asin", Math.asin),
  atan: unary("atan", "Atan", Math.atan),
  exp: unary("exp", "Exp", Math.exp),
  log: unary("log", "Log", Math.log),
  sqrt: unary("sqrt", "Sqrt", Math.sqrt),
  erf: (e, xs, _, [out]) => erf(e, promoted(e, xs, out.dtype)[0]),
  erfc: (e, xs, _, [out]) => erfc(e, promoted(e, xs, out.dtype)[0]),
  stop_gradient: (_, [x]) => x,
  cast: (e, [x], _, [out]) => e.cast(x, out.dtype),
};
