/** A fused kernel as a WebAssembly function of the addresses of its arrays: leaves first, then results. */

import type { Combine, Kernel, Term } from "./kernel.js";
import { arrange, LANES, type Nest } from "./nest.js";
import { FunctionBody, floatBytes, type Opcode } from "./wasm.js";

/** The WebAssembly function of a kernel. */
export function emitKernel(kernel: Kernel): FunctionBody {
  const emitter = new KernelEmitter(kernel);
  emitter.run();
  return emitter.body;
}

const BYTES = 4;
const identities: Record<Combine, number> = {
  store: 0,
  ReduceSum: 0,
  ReduceProd: 1,
  ReduceMax: Number.NEGATIVE_INFINITY,
  ReduceMin: Number.POSITIVE_INFINITY,
};
const combines: Record<Combine, "add" | "mul" | "pmax" | "pmin"> = {
  store: "add",
  ReduceSum: "add",
  ReduceProd: "mul",
  ReduceMax: "pmax",
  ReduceMin: "pmin",
};

/** Instructions of the operators that are one, on floats. */
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

class KernelEmitter {
  readonly body: FunctionBody;
  readonly #nest: Nest;
  readonly #vectors: boolean;
  /** For each term, the innermost loop it depends on; the body where it depends on an unrolled loop. */
  readonly #levels: readonly number[];
  /** For each term, the unrolled loops it depends on. */
  readonly #unrolledBy: readonly (readonly number[])[];
  /** The locals of computed terms, by level. */
  #values: Map<string, number>[] = [];
  /** The address of each array, as far as the loops around have moved it. */
  #addresses: number[];
  #accumulators: number[] = [];

  constructor(readonly kernel: Kernel) {
    const { leaves, results, terms } = kernel;
    this.body = new FunctionBody(leaves.length + results.length);
    this.#addresses = [...leaves, ...results].map((_, i) => i);
    const nest = arrange(kernel);
    this.#nest = nest;
    this.#vectors = nest.vector >= 0;
    const levels: number[] = [];
    const unrolledBy: number[][] = [];
    for (const term of terms) {
      const of = (positions: readonly number[]) => ({
        level: Math.max(0, ...positions.map((i) => levels[i])),
        by: [...new Set(positions.flatMap((i) => unrolledBy[i]))],
      });
      const moves = (strides: readonly number[], leaf: number) => strides[leaf] !== 0;
      const { level, by } =
        term.kind === "load"
          ? {
              level: 1 + nest.loops.findLastIndex(({ strides }) => moves(strides, term.leaf)),
              by: nest.unrolled.flatMap(({ strides }, u) => (moves(strides, term.leaf) ? [u] : [])),
            }
          : of(term.kind === "apply" ? term.operands : []);
      levels.push(by.length > 0 ? nest.loops.length : level);
      unrolledBy.push(by);
    }
    this.#levels = levels;
    this.#unrolledBy = unrolledBy;
  }

  run(): void {
    this.#walk(0);
  }

  /** What happens inside the first `level` loops. `mask` is set where only some lanes are new. */
  #walk(level: number, mask?: number): void {
    const { loops, kept } = this.#nest;
    this.#values = [...this.#values.slice(0, level), new Map()];
    for (const [term, at] of this.#levels.entries())
      if (at === level && this.#unrolledBy[term].length === 0) this.#local(term, []);
    if (level === kept) this.#begin();
    if (level === loops.length) this.#innermost(mask);
    else this.#loop(level);
    if (level === kept) this.#finish();
  }

  #loop(level: number): void {
    const { size, strides, reduced } = this.#nest.loops[level];
    const before = this.#addresses;
    this.#addresses = before.map((address, array) => {
      if (strides[array] === 0) return address;
      const own = this.body.local("i32");
      this.body.get(address).set(own);
      return own;
    });
    const advance = (entries: number) => {
      for (const [array, address] of this.#addresses.entries())
        if (strides[array] !== 0) this.body.advance(address, entries * strides[array] * BYTES);
    };
    if (level !== this.#nest.vector) {
      this.body.repeat(size, () => {
        this.#walk(level + 1);
        advance(1);
      });
    } else {
      const [blocks, rest] = [Math.floor(size / LANES), size % LANES];
      this.body.repeat(blocks, () => {
        this.#walk(level + 1);
        advance(LANES);
      });
      if (rest > 0) {
        // The last vector overlaps the one before; reductions take only what is new.
        advance(rest - LANES);
        this.#walk(level + 1, reduced ? rest : undefined);
      }
    }
    this.#addresses = before;
  }

  /** Start the reductions. */
  #begin(): void {
    this.#accumulators = this.kernel.results.map(({ combine }) => {
      if (combine === "store") return -1;
      const local = this.body.local(this.#vectors ? "v128" : "f32");
      this.#number(identities[combine], false);
      this.body.set(local);
      return local;
    });
  }

  /** Every combination of the unrolled loops' counters. */
  #copies(): number[][] {
    return this.#nest.unrolled.reduce<number[][]>(
      (all, { size }) => all.flatMap((copy) => Array.from({ length: size }, (_, turn) => [...copy, turn])),
      [[]],
    );
  }

  #innermost(mask: number | undefined): void {
    const copies = this.#copies();
    for (const [i, { term, combine }] of this.kernel.results.entries()) {
      if (combine === "store") {
        this.#store(i, copies);
        continue;
      }
      for (const copy of copies) {
        this.body.get(this.#accumulators[i]);
        this.body.get(this.#local(term, copy));
        if (mask !== undefined && (combine === "ReduceSum" || combine === "ReduceProd")) {
          this.#number(identities[combine], false);
          this.body.raw("v128.const", newLanes(mask)).op("v128.bitselect");
        }
        this.#combine(combine);
        this.body.set(this.#accumulators[i]);
      }
    }
  }

  #combine(combine: Combine): void {
    const name = combines[combine];
    if (this.#vectors) this.body.op(`f32x4.${name}`);
    else this.body.op(`f32.${name === "pmax" ? "max" : name === "pmin" ? "min" : name}`);
  }

  /** Store the reductions. */
  #finish(): void {
    const { vector, loops } = this.#nest;
    for (const [i, { combine, offset }] of this.kernel.results.entries()) {
      if (combine === "store") continue;
      const array = this.kernel.leaves.length + i;
      const accumulator = this.#accumulators[i];
      const address = this.#addresses[array];
      if (!this.#vectors)
        this.body
          .get(address)
          .get(accumulator)
          .op("f32.store", offset * BYTES);
      else if (!loops[vector].reduced) this.#storeVector(array, accumulator, offset);
      else {
        this.body.get(address);
        const lane = (n: number) => this.body.get(accumulator).raw("f32x4.extract_lane", [n]);
        const scalar = combines[combine].replace("p", "") as "add";
        lane(0);
        for (const n of [1, 2, 3]) lane(n).op(`f32.${scalar}`);
        this.body.op("f32.store", offset * BYTES);
      }
    }
  }

  /** Store a term of every copy. Two copies that lie between each other's entries are woven into whole vectors. */
  #store(result: number, copies: readonly number[][]): void {
    const { leaves, results } = this.kernel;
    const { term } = results[result];
    const array = leaves.length + result;
    const { loops, vector, unrolled } = this.#nest;
    const woven =
      vector >= 0 && loops[vector].strides[array] === 2
        ? unrolled.findIndex(({ size, strides }) => size === 2 && strides[array] === 1)
        : -1;
    for (const copy of copies) {
      const offset = this.#offset(array, results[result].offset, copy);
      if (woven < 0) {
        if (this.#vectors) this.#storeVector(array, this.#local(term, copy), offset);
        else {
          const value = this.#local(term, copy);
          this.body
            .get(this.#addresses[array])
            .get(value)
            .op("f32.store", offset * BYTES);
        }
      } else if (copy[woven] === 0) {
        const even = this.#local(term, copy);
        const odd = this.#local(
          term,
          copy.map((turn, u) => (u === woven ? 1 : turn)),
        );
        for (const half of [0, 1]) {
          this.body.get(this.#addresses[array]).get(even).get(odd);
          const lanes = [0, 1].flatMap((k) => [2 * half + k, LANES + 2 * half + k]);
          this.body.raw("i8x16.shuffle", lanes.flatMap(bytesOfLane));
          this.body.op("v128.store", (offset + half * LANES) * BYTES);
        }
      }
    }
  }

  #storeVector(array: number, value: number, offset: number): void {
    const { loops, vector } = this.#nest;
    const stride = loops[vector].strides[array];
    const address = this.#addresses[array];
    if (stride === 1) {
      this.body
        .get(address)
        .get(value)
        .op("v128.store", offset * BYTES);
      return;
    }
    for (let lane = 0; lane < LANES; lane++)
      this.body
        .get(address)
        .get(value)
        .op("v128.store32_lane", (offset + lane * stride) * BYTES, lane);
  }

  /** Where a copy of the body is in an array, in entries from its address. */
  #offset(array: number, offset: number, copy: readonly number[]): number {
    return copy.reduce((sum, turn, u) => sum + turn * this.#nest.unrolled[u].strides[array], offset);
  }

  /** The local that holds a term in a copy of the body, computed if it has not been. */
  #local(position: number, copy: readonly number[]): number {
    const by = this.#unrolledBy[position];
    const level = this.#levels[position];
    const key = `${position}:${by.map((u) => copy[u])}`;
    const known = this.#values[level].get(key);
    if (known !== undefined) return known;
    const term = this.kernel.terms[position];
    this.#push(term, position, copy);
    const scalar = this.#isBool(position) ? "i32" : "f32";
    const local = this.body.local(this.#vectors ? "v128" : scalar);
    this.body.set(local);
    this.#values[level].set(key, local);
    return local;
  }

  #isBool(position: number): boolean {
    const term = this.kernel.terms[position];
    return term.kind !== "load" && term.bool;
  }

  /** Leave a term on the stack. */
  #push(term: Term, position: number, copy: readonly number[]): void {
    if (term.kind === "number") this.#number(term.number, term.bool);
    else if (term.kind === "load") this.#load(term.leaf, this.#levels[position], copy);
    else this.#apply(term.type, term.operands, copy);
  }

  #number(number: number, bool: boolean): void {
    if (!this.#vectors) {
      if (bool) this.body.int(number);
      else this.body.raw("f32.const", floatBytes(number));
    } else {
      const bytes = bool ? Array(4).fill(number ? 255 : 0) : floatBytes(number);
      this.body.raw("v128.const", [...bytes, ...bytes, ...bytes, ...bytes]);
    }
  }

  #load(leaf: number, level: number, copy: readonly number[]): void {
    const { loops, vector, unrolled } = this.#nest;
    const address = this.#addresses[leaf];
    const offset = this.#offset(leaf, this.kernel.leaves[leaf].offset, copy);
    if (!this.#vectors) {
      this.body.get(address).op("f32.load", offset * BYTES);
      return;
    }
    const stride = loops[vector].strides[leaf];
    const odd = copy.reduce((sum, turn, u) => sum + (unrolled[u].strides[leaf] === 1 ? turn : 0), 0);
    if (stride === 0) this.body.get(address).op("v128.load32_splat", offset * BYTES);
    else if (stride === 1) this.body.get(address).op("v128.load", offset * BYTES);
    else if (stride === 2 && odd <= 1) {
      const halves = [0, 1].map((half) => this.#rawVector(leaf, level, offset - odd + half * LANES));
      for (const half of halves) this.body.get(half);
      this.body.raw(
        "i8x16.shuffle",
        [0, 2, 4, 6].flatMap((lane) => bytesOfLane(lane + odd)),
      );
    } else {
      this.body.get(address).op("v128.load32_zero", offset * BYTES);
      const vectorLocal = this.body.local("v128");
      this.body.set(vectorLocal);
      for (let lane = 1; lane < LANES; lane++)
        this.body
          .get(address)
          .get(vectorLocal)
          .op("v128.load32_lane", (offset + lane * stride) * BYTES, lane)
          .set(vectorLocal);
      this.body.get(vectorLocal);
    }
  }

  /** Four entries in a row, of which a load takes every second. */
  #rawVector(leaf: number, level: number, offset: number): number {
    const key = `raw ${leaf} ${offset}`;
    const known = this.#values[level].get(key);
    if (known !== undefined) return known;
    const local = this.body.local("v128");
    this.body
      .get(this.#addresses[leaf])
      .op("v128.load", offset * BYTES)
      .set(local);
    this.#values[level].set(key, local);
    return local;
  }

  #apply(type: string, operands: readonly number[], copy: readonly number[]): void {
    const locals = operands.map((operand) => this.#local(operand, copy));
    const push = (i: number) => this.body.get(locals[i]);
    const [vectors, bools] = [this.#vectors, this.#isBool(operands[0])];
    const lanes = vectors ? "f32x4" : "f32";
    if (type === "Where") {
      push(1);
      push(2);
      push(0).op(vectors ? "v128.bitselect" : "select");
    } else if (type === "Cast") {
      push(0);
      if (bools && vectors) {
        this.#number(1, false);
        this.body.op("v128.and");
      } else if (bools) this.body.op("f32.convert_i32_s");
      else {
        this.#number(0, false);
        this.body.op(`${lanes}.ne`);
      }
    } else if (type === "Reciprocal") {
      this.#number(1, false);
      push(0).op(`${lanes}.div`);
    } else if (type === "Relu") {
      push(0);
      this.#number(0, false);
      this.body.op(vectors ? "f32x4.pmax" : "f32.max");
    } else if (type === "Not" || (type === "Equal" && bools)) {
      push(0);
      if (type === "Equal") push(1).op(vectors ? "v128.xor" : "i32.xor");
      this.body.op(vectors ? "v128.not" : "i32.eqz");
    } else if (type in logic) {
      push(0);
      push(1).op(`${vectors ? "v128" : "i32"}.${logic[type]}`);
    } else {
      for (const i of locals.keys()) push(i);
      this.body.op(`${lanes}.${arithmetic[type]}` as Opcode);
    }
  }
}

const bytesOfLane = (lane: number) => [0, 1, 2, 3].map((byte) => BYTES * lane + byte);
/** A mask of the last `count` lanes. */
const newLanes = (count: number) =>
  Array.from({ length: 16 }, (_, byte) => (byte >= BYTES * (LANES - count) ? 255 : 0));
