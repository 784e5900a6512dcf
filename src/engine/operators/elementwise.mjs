/** Elementwise operators, with broadcasting. */

import { forEachEntry, stridesOf } from "./broadcast.mjs";

/** @typedef {import("./types.js").Operator} Operator */

/** From here on erf is 1 in float32. */
const ERF_END = 4;
/** Relative size of the last term of a series. */
const PRECISION = 1e-17;

/** The error function by its series 2/√π · exp(−x²) · Σ_n 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!, whose terms have one sign. */
function erf(/** @type {number} */ x) {
  if (Math.abs(x) >= ERF_END || Number.isNaN(x)) return Math.sign(x);
  let [sum, term] = [x, x];
  for (let n = 1; Math.abs(term) > PRECISION * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Whether a number, or a BigInt, is not a number. */
const isNone = (/** @type {number} */ entry) => Number.isNaN(entry);

/** @typedef {Record<string, (a: number, b: number, c: number) => number | boolean>} Functions */

/** Functions of numbers. Those that 64-bit integers need are written so that they hold for BigInt, too. */
/** @type {Functions} */
const ofNumbers = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Mod: (a, b) => a % b,
  Max: (a, b) => (a > b || isNone(a) ? a : b),
  Min: (a, b) => (a < b || isNone(a) ? a : b),
  Neg: (a) => -a,
  Abs: (a) => (a < 0 ? -a : a),
  Sqrt: Math.sqrt,
  Reciprocal: (a) => 1 / a,
  Relu: (a) => (a < 0 ? 0 : a),
  Floor: Math.floor,
  Ceil: Math.ceil,
  Sin: Math.sin,
  Cos: Math.cos,
  Asin: Math.asin,
  Atan: Math.atan,
  Tanh: Math.tanh,
  Erf: erf,
  Less: (a, b) => a < b,
  LessOrEqual: (a, b) => a <= b,
  Equal: (a, b) => a === b,
  And: (a, b) => a & b,
  Or: (a, b) => a | b,
  Xor: (a, b) => a ^ b,
  Not: (a) => a === 0,
  Where: (a, b, c) => (a ? b : c),
};

/** Those of 32-bit integers. */
/** @type {Functions} */
const ofIntegers = { ...ofNumbers, Mul: Math.imul, Div: (a, b) => Math.trunc(a / b) };

/** @type {(type: string) => Operator} */
const operator = (type) => (inputs, outputs) => {
  const isInteger = inputs[inputs.length - 1].dtype === "int32";
  apply(inputs, outputs, (isInteger ? ofIntegers : ofNumbers)[type]);
};

/** @type {(inputs: Parameters<Operator>[0], outputs: Parameters<Operator>[1], compute: Functions[string]) => void} */
function apply(inputs, [{ shape, data }], compute) {
  // BigInt entries pass through the same functions.
  const [out, x, y, z] = [data, ...inputs.map((input) => input.data)].map(
    (each) => /** @type {number[]} */ (/** @type {unknown} */ (each)),
  );
  const strides = inputs.map((input) => stridesOf(input.shape, shape));
  forEachEntry(shape, strides, (i, a, b, c) => {
    out[i] = /** @type {number} */ (compute(x[a], y?.[b], z?.[c]));
  });
}

const LEAST_INT32 = -(2 ** 31);
const GREATEST_INT32 = 2 ** 31 - 1;

/** Conversions to each element type. Floats are truncated to integers, and limited to 32 bits. */
/** @type {Record<string, (entry: number | bigint) => number | bigint>} */
const casts = {
  float32: Number,
  int32: (entry) => Math.min(GREATEST_INT32, Math.max(LEAST_INT32, Math.trunc(Number(entry)))),
  int64: (entry) => (typeof entry === "bigint" ? entry : BigInt(Math.trunc(entry))),
  bool: (entry) => (Number(entry) === 0 ? 0 : 1),
};

/** @type {Record<string, Operator>} */
export const elementwiseOperators = {
  ...Object.fromEntries(Object.keys(ofNumbers).map((type) => [type, operator(type)])),
  Cast: (inputs, outputs) =>
    apply(inputs, outputs, /** @type {(a: number) => number} */ (casts[outputs[0].dtype])),
};
