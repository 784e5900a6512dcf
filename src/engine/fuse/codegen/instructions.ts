/** Arithmetic instructions: constants, operators and reductions, on vectors of four lanes or on single numbers. */

import type { Combine } from "../analysis/kernel.js";
import { LANES } from "../schedule/nest.js";
import { type FunctionBody, floatBytes, type Opcode } from "./wasm.js";

/** The identity of each reduction. */
export const identities: Record<Combine, number> = {
  store: 0,
  ReduceSum: 0,
  ReduceProd: 1,
  ReduceMax: Number.NEGATIVE_INFINITY,
  ReduceMin: Number.POSITIVE_INFINITY,
};
/** The instruction of each reduction on two vectors, and on two numbers. */
const combines: Record<Combine, { readonly vector: Opcode; readonly scalar: Opcode }> = {
  store: { vector: "f32x4.add", scalar: "f32.add" },
  ReduceSum: { vector: "f32x4.add", scalar: "f32.add" },
  ReduceProd: { vector: "f32x4.mul", scalar: "f32.mul" },
  ReduceMax: { vector: "f32x4.pmax", scalar: "f32.max" },
  ReduceMin: { vector: "f32x4.pmin", scalar: "f32.min" },
};

/** ONNX operators on floats that are one instruction. */
const arithmetic: Readonly<Record<string, string>> = {
  Add: "add",
  Sub: "sub",
  Mul: "mul",
  Div: "div",
  Max: "max",
  Min: "min",
  Neg: "neg",
  Abs: "abs",
  Sqrt: "sqrt",
  Floor: "floor",
  Ceil: "ceil",
  Less: "lt",
  LessOrEqual: "le",
  Equal: "eq",
};
const logic: Readonly<Record<string, "and" | "or" | "xor">> = { And: "and", Or: "or", Xor: "xor" };

/** Emits into the body of a function. Every value is a vector if the kernel is vectorized, else one number. */
export class Instructions {
  constructor(
    readonly body: FunctionBody,
    readonly vectors: boolean,
  ) {}

  /** A new local for a value; a single boolean is an integer. */
  local(bool = false): number {
    return this.body.local(this.vectors ? "v128" : bool ? "i32" : "f32");
  }

  /** Push a number, or a boolean given as 1 or 0. */
  number(number: number, bool: boolean): void {
    if (!this.vectors) {
      if (bool) this.body.int(number);
      else this.body.raw("f32.const", floatBytes(number));
    } else {
      const bytes = bool ? Array(4).fill(number ? 255 : 0) : floatBytes(number);
      this.body.raw("v128.const", [...bytes, ...bytes, ...bytes, ...bytes]);
    }
  }

  /** Combine the two values on the stack by a reduction. */
  combine(combine: Combine): void {
    this.body.op(combines[combine][this.vectors ? "vector" : "scalar"]);
  }

  /** Push the reduction of a vector's lanes; a single number as it is. */
  across(value: number, combine: Combine): void {
    if (!this.vectors) {
      this.body.get(value);
      return;
    }
    for (let lane = 0; lane < LANES; lane++) {
      this.body.get(value).raw("f32x4.extract_lane", [lane]);
      if (lane > 0) this.body.op(combines[combine].scalar);
    }
  }

  /** Push the result of an operator on locals; `bools` is whether the first is a boolean. */
  apply(type: string, locals: readonly number[], bools: boolean): void {
    const { body, vectors } = this;
    const lanes = vectors ? "f32x4" : "f32";
    const push = (...which: number[]) => {
      for (const i of which) body.get(locals[i]);
    };
    if (type === "Where") {
      push(1, 2, 0);
      body.op(vectors ? "v128.bitselect" : "select");
    } else if (type === "Cast") {
      push(0);
      if (bools && !vectors) body.op("f32.convert_i32_s");
      else {
        this.number(bools ? 1 : 0, false);
        body.op(bools ? "v128.and" : `${lanes}.ne`);
      }
    } else if (type === "Reciprocal") {
      this.number(1, false);
      push(0);
      body.op(`${lanes}.div`);
    } else if (type === "Relu") {
      push(0);
      this.number(0, false);
      body.op(vectors ? "f32x4.pmax" : "f32.max");
    } else if (type === "Not" || (type === "Equal" && bools)) {
      push(0);
      if (type === "Equal") {
        push(1);
        body.op(vectors ? "v128.xor" : "i32.xor");
      }
      body.op(vectors ? "v128.not" : "i32.eqz");
    } else {
      push(...locals.keys());
      if (type in logic) body.op(`${vectors ? "v128" : "i32"}.${logic[type]}`);
      else body.op(`${lanes}.${arithmetic[type]}` as Opcode);
    }
  }
}
