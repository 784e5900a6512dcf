/**
 * exp and log of arrays as WebAssembly functions, four entries at a time: within two units in the last place, and the same on
 * every machine. Reductions to a small range and polynomials are those of the Cephes library (Moshier, 1992).
 */

import { FunctionBody, type Opcode } from "../codegen/wasm.js";
import { LANES } from "../schedule/nest.js";
import { pushBytes, pushNumber, storeColumns } from "./epilogue.js";
import { VECTOR } from "./tile.js";

/** Operators that have a function here. */
export const exponentialTypes: ReadonlySet<string> = new Set(["Exp", "Log"]);

/** ln 2 as the sum of a short number and the rest. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444e-4;
/** Bits of the fraction of a float, and the bias of its exponent. */
const FRACTION = 23;
const BIAS = 127;

/** The function of an operator on `size` entries; its parameters are the addresses of the operand and the result. */
export function emitExponential(type: string, size: number): FunctionBody {
  const body = new FunctionBody(3);
  const [from, to] = [body.offset(0), body.offset(1)];
  const vector = (entries: number) => {
    const x = body.local("v128");
    body.get(from).op("v128.load", 0).set(x);
    const y = type === "Exp" ? emitExp(body, x) : emitLog(body, x);
    storeColumns(body, to, 0, y, entries);
    body.advance(from, VECTOR).advance(to, VECTOR);
  };
  body.repeat(Math.floor(size / LANES), () => vector(LANES));
  if (size % LANES > 0) vector(size % LANES);
  return body;
}

/** Code that pushes a vector: of a local, of a number in all lanes, or by other code. */
type Push = number | (() => void) | { readonly number: number };

/** Emits expressions of vectors into locals. */
class Vectors {
  constructor(readonly body: FunctionBody) {}

  push(value: Push): void {
    if (typeof value === "number") this.body.get(value);
    else if (typeof value === "function") value();
    else pushNumber(this.body, value.number);
  }

  /** The local with the result of an instruction. */
  op(opcode: Opcode, ...operands: Push[]): number {
    for (const operand of operands) this.push(operand);
    const local = this.body.local("v128");
    this.body.op(opcode).set(local);
    return local;
  }

  /** The local with a · b + c. */
  multiplyAdd(a: Push, b: Push, c: Push): number {
    return this.op("f32x4.add", this.op("f32x4.mul", a, b), c);
  }

  /** The polynomial with these coefficients, the highest power first. */
  polynomial(x: number, coefficients: readonly number[]): number {
    const [first, ...rest] = coefficients;
    return rest.reduce<Push>((sum, number) => this.multiplyAdd(sum, x, { number }), {
      number: first,
    }) as number;
  }

  /** Integers shifted by a number of bits. */
  shift(opcode: "i32x4.shl" | "i32x4.shr_s", value: number, bits: number): number {
    this.body.get(value).int(bits).op(opcode);
    const local = this.body.local("v128");
    this.body.set(local);
    return local;
  }

  /** An integer in all lanes. */
  integer(value: number): () => void {
    return () => pushBytes(this.body, [...new Uint8Array(Int32Array.of(value).buffer)]);
  }
}

/** 2ⁿ for integers n that are exponents of floats. */
const powerOfTwo = (v: Vectors, n: number) =>
  v.shift("i32x4.shl", v.op("i32x4.add", n, v.integer(BIAS)), FRACTION);

const EXP_RANGE = [-110, 100] as const;
const EXP = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
];

/** exp(x) = 2ⁿ exp(r) with n = ⌊x / ln 2⌉; 2ⁿ in two factors, so that it may be as small as the smallest float. */
function emitExp(body: FunctionBody, given: number): number {
  const v = new Vectors(body);
  const x = v.op("f32x4.pmin", v.op("f32x4.pmax", given, { number: EXP_RANGE[0] }), { number: EXP_RANGE[1] });
  const n = v.op("f32x4.nearest", v.op("f32x4.mul", x, { number: Math.LOG2E }));
  const reduced = v.op("f32x4.sub", x, v.op("f32x4.mul", n, { number: LN2_HIGH }));
  const r = v.op("f32x4.sub", reduced, v.op("f32x4.mul", n, { number: LN2_LOW }));
  const square = v.op("f32x4.mul", r, r);
  const power = v.op("f32x4.add", v.multiplyAdd(v.polynomial(r, EXP), square, r), { number: 1 });
  const exponent = v.op("i32x4.trunc_sat_f32x4_s", n);
  const half = v.shift("i32x4.shr_s", exponent, 1);
  const rest = v.op("i32x4.sub", exponent, half);
  return v.op("f32x4.mul", v.op("f32x4.mul", power, powerOfTwo(v, half)), powerOfTwo(v, rest));
}

/** The smallest float with all bits of its fraction, and what makes smaller ones as large. */
const SMALLEST = 2 ** -126;
const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];

/** log(x) = e ln 2 + log(m) with x = 2ᵉ m and m from √½ to √2. */
function emitLog(body: FunctionBody, x: number): number {
  const v = new Vectors(body);
  const select = (yes: Push, no: Push, mask: Push) => v.op("v128.bitselect", yes, no, mask);
  const isSmall = v.op("f32x4.lt", x, { number: SMALLEST });
  const raised = select(v.op("f32x4.mul", x, { number: 2 ** FRACTION }), x, isSmall);
  const bits = v.op("i32x4.sub", v.shift("i32x4.shr_s", raised, FRACTION), v.integer(BIAS));
  const fraction = v.op("v128.or", v.op("v128.and", raised, v.integer(2 ** FRACTION - 1)), { number: 1 });
  const isLarge = v.op("f32x4.lt", { number: Math.SQRT2 }, fraction);
  const mantissa = select(v.op("f32x4.mul", fraction, { number: 0.5 }), fraction, isLarge);
  const raise = v.op("v128.and", isSmall, { number: FRACTION });
  const whole = v.op("f32x4.sub", v.op("f32x4.convert_i32x4_s", bits), raise);
  const e = v.op("f32x4.add", whole, v.op("v128.and", isLarge, { number: 1 }));
  const f = v.op("f32x4.sub", mantissa, { number: 1 });
  const square = v.op("f32x4.mul", f, f);
  const cube = v.op("f32x4.mul", v.op("f32x4.mul", f, square), v.polynomial(f, LOG));
  const low = v.multiplyAdd(e, { number: LN2_LOW }, cube);
  const sum = v.op("f32x4.add", f, v.op("f32x4.sub", low, v.op("f32x4.mul", square, { number: 0.5 })));
  const y = v.multiplyAdd(e, { number: LN2_HIGH }, sum);
  // Infinity and not-a-number are their own logarithms; 0 has −∞, and a negative number none.
  const isBounded = v.op("f32x4.lt", x, { number: Number.POSITIVE_INFINITY });
  const isZero = v.op("f32x4.eq", x, { number: 0 });
  const isNegative = v.op("f32x4.lt", x, { number: 0 });
  const positive = select(y, x, isBounded);
  const orZero = select({ number: Number.NEGATIVE_INFINITY }, positive, isZero);
  return select({ number: Number.NaN }, orZero, isNegative);
}
