/** A fused kernel as a WebAssembly function of the addresses of its arrays: leaves first, then results. */

import type { Combine, Kernel } from "../schedule/kernel.js";
import { arrange, LANES, type Nest } from "../schedule/nest.js";
import { BYTES, type Copy, Entries } from "./entries.js";
import { Instructions, identities } from "./instructions.js";
import { FunctionBody } from "./wasm.js";

/** The WebAssembly function of a kernel. */
export function emitKernel(kernel: Kernel): FunctionBody {
  const emitter = new KernelEmitter(kernel);
  emitter.run();
  return emitter.body;
}

class KernelEmitter {
  readonly body: FunctionBody;
  readonly #nest: Nest;
  readonly #code: Instructions;
  readonly #entries: Entries;
  /** For each term, how many loops around it it depends on; all where it depends on one that is written out. */
  readonly #levels: readonly number[];
  /** For each term, the written-out loops it depends on. */
  readonly #unrolledBy: readonly (readonly number[])[];
  /** The locals of what is computed, by level: of terms, and of instructions on locals. */
  #values: Map<string, number>[] = [];
  /** The local of each reduction: by result, and by the copy of the kept loops that are written out. */
  #accumulators = new Map<string, number>();

  constructor(readonly kernel: Kernel) {
    this.body = new FunctionBody(kernel.leaves.length + kernel.results.length);
    this.#nest = arrange(kernel);
    this.#code = new Instructions(this.body, this.#nest.vector >= 0);
    this.#entries = new Entries(kernel, this.#nest, this.#code);
    const { loops, unrolled } = this.#nest;
    const levels: number[] = [];
    const unrolledBy: number[][] = [];
    for (const term of kernel.terms) {
      const operands = term.kind === "apply" ? term.operands : term.kind === "fold" ? [term.operand] : [];
      const moved =
        term.kind === "load"
          ? {
              level: 1 + loops.findLastIndex(({ strides }) => strides[term.leaf] !== 0),
              by: unrolled.flatMap(({ strides }, u) => (strides[term.leaf] !== 0 ? [u] : [])),
            }
          : {
              level: Math.max(0, ...operands.map((i) => levels[i])),
              by: [...new Set(operands.flatMap((i) => unrolledBy[i]))],
            };
      levels.push(moved.by.length > 0 ? loops.length : moved.level);
      const own = term.kind === "fold" ? this.#loopsOf(term.loops) : [];
      unrolledBy.push(moved.by.filter((u) => !own.includes(u)));
    }
    this.#levels = levels;
    this.#unrolledBy = unrolledBy;
  }

  /** Where the kernel's folded loops are among those written out: they come first there, in their own order. */
  #loopsOf(folded: readonly number[]): number[] {
    const first = this.kernel.uses.indexOf("folded");
    return folded.map((loop) => loop - first);
  }

  run(): void {
    if (this.#nest.resumes) this.#clear();
    this.#walk(0);
  }

  /** Fill the results of reductions in memory with what changes nothing. */
  #clear(): void {
    const all = [...this.#nest.loops, ...this.#nest.unrolled];
    const size = all.reduce((n, loop) => (loop.use === "kept" ? n * loop.size : n), 1);
    for (const [i, { combine, offset }] of this.kernel.results.entries()) {
      if (combine === "store") continue;
      const at = this.body.local("i32");
      this.body.get(this.kernel.leaves.length + i).set(at);
      this.body.repeat(size / LANES, () => {
        this.body.get(at);
        this.#code.number(identities[combine], false);
        this.body.op("v128.store", offset * BYTES).advance(at, LANES * BYTES);
      });
    }
  }

  /** What happens inside the first `level` loops. Where `fresh` is given, only so many last lanes are new. */
  #walk(level: number, fresh?: number): void {
    const { loops, outside } = this.#nest;
    this.#values = [...this.#values.slice(0, level), new Map()];
    const start = this.#nest.unrolled.map(() => 0);
    for (const [term, at] of this.#levels.entries())
      if (at === level && level < loops.length) this.#local(term, start);
    if (level === outside) this.#begin();
    if (level === loops.length) this.#innermost(fresh);
    else this.#loop(level);
    if (level === outside) this.#finish();
  }

  #loop(level: number): void {
    const { size, use } = this.#nest.loops[level];
    const each = level === this.#nest.vector ? LANES : 1;
    const rest = size % each;
    this.#entries.follow(level, (advance) => {
      this.body.repeat(Math.floor(size / each), () => {
        this.#walk(level + 1);
        advance(each);
      });
      if (rest === 0) return;
      // The last vector overlaps the one before; reductions take only what is new.
      advance(rest - LANES);
      this.#walk(level + 1, use === "reduced" ? rest : undefined);
    });
  }

  /** All copies of the body along the written-out loops of some uses. */
  #copies(...uses: readonly string[]): Copy[] {
    return this.#nest.unrolled.reduce<number[][]>(
      (all, { size, use }) =>
        all.flatMap((copy) =>
          Array.from({ length: uses.includes(use) ? size : 1 }, (_, turn) => [...copy, turn]),
        ),
      [[]],
    );
  }

  /** Start the reductions, or go on with those in memory. */
  #begin(): void {
    for (const [i, { combine, offset }] of this.kernel.results.entries()) {
      if (combine === "store") continue;
      const array = this.kernel.leaves.length + i;
      for (const copy of this.#copies("kept")) {
        const local = this.#code.local();
        if (this.#nest.resumes) this.#entries.resume(array, this.#entries.offset(array, offset, copy));
        else this.#code.number(identities[combine], false);
        this.body.set(local);
        this.#accumulators.set(`${i} ${copy}`, local);
      }
    }
  }

  #innermost(fresh: number | undefined): void {
    for (const [i, { term, combine }] of this.kernel.results.entries()) {
      if (combine === "store") {
        this.#store(i);
        continue;
      }
      for (const copy of this.#copies("kept", "reduced")) {
        const own = copy.map((turn, u) => (this.#nest.unrolled[u].use === "kept" ? turn : 0));
        const accumulator = this.#accumulators.get(`${i} ${own}`)!;
        const value = this.#local(term, copy);
        this.body.get(accumulator).get(value);
        if (fresh !== undefined) {
          this.#code.number(identities[combine], false);
          this.body.raw("v128.const", lastLanes(fresh)).op("v128.bitselect");
        }
        this.#code.combine(combine);
        this.body.set(accumulator);
      }
    }
  }

  /** Store the reductions. */
  #finish(): void {
    const { vector, loops } = this.#nest;
    const { leaves, results } = this.kernel;
    for (const [i, { combine, offset }] of results.entries()) {
      if (combine === "store") continue;
      const array = leaves.length + i;
      for (const copy of this.#copies("kept")) {
        const accumulator = this.#accumulators.get(`${i} ${copy}`)!;
        const at = this.#entries.offset(array, offset, copy);
        if (this.#code.vectors && loops[vector].use === "kept")
          this.#entries.storeVector(array, at, accumulator);
        else this.#entries.storeNumber(array, at, () => this.#code.across(accumulator, combine));
      }
    }
  }

  /** Store a term of every copy. Two copies that lie between each other's entries are woven into whole vectors. */
  #store(result: number): void {
    const { leaves, results } = this.kernel;
    const { term, offset } = results[result];
    const array = leaves.length + result;
    const { loops, vector, unrolled } = this.#nest;
    const between = ({ size, use, strides }: (typeof unrolled)[0]) =>
      use !== "folded" && size === 2 && strides[array] === 1;
    const woven = vector >= 0 && loops[vector].strides[array] === 2 ? unrolled.findIndex(between) : -1;
    for (const copy of this.#copies("kept", "reduced")) {
      const at = this.#entries.offset(array, offset, copy);
      if (woven < 0) {
        const value = this.#local(term, copy);
        if (this.#code.vectors) this.#entries.storeVector(array, at, value);
        else this.#entries.storeNumber(array, at, () => this.body.get(value));
      } else if (copy[woven] === 0) {
        const after = copy.map((turn, u) => (u === woven ? 1 : turn));
        this.#entries.storeWoven(array, at, this.#local(term, copy), this.#local(term, after));
      }
    }
  }

  /** The local that holds a term in a copy of the body, computed if it has not been. */
  #local(position: number, copy: Copy): number {
    const by = this.#unrolledBy[position];
    const values = this.#values[this.#levels[position]];
    const key = `term ${position} ${by.map((u) => copy[u])}`;
    const known = values.get(key);
    if (known !== undefined) return known;
    const local = this.#compute(position, copy, values);
    values.set(key, local);
    return local;
  }

  /** The local that an instruction sequence leaves its result in; the same sequence is not written twice. */
  #once(values: Map<string, number>, key: string, bool: boolean, push: () => void): number {
    const known = values.get(key);
    if (known !== undefined) return known;
    push();
    const local = this.#code.local(bool);
    this.body.set(local);
    values.set(key, local);
    return local;
  }

  #isBool(position: number): boolean {
    const term = this.kernel.terms[position];
    return (term.kind === "number" || term.kind === "apply") && term.bool;
  }

  #compute(position: number, copy: Copy, values: Map<string, number>): number {
    const term = this.kernel.terms[position];
    const bool = this.#isBool(position);
    if (term.kind === "number")
      return this.#once(values, `number ${term.number} ${bool}`, bool, () =>
        this.#code.number(term.number, bool),
      );
    if (term.kind === "load") {
      const at = this.#entries.offset(term.leaf, this.kernel.leaves[term.leaf].offset, copy);
      const once = (name: string, push: () => void) => this.#once(values, name, false, push);
      return once(`load ${this.#entries.key(term.leaf, at)}`, () =>
        this.#entries.load(term.leaf, at, copy, once),
      );
    }
    if (term.kind === "fold") return this.#fold(term, copy);
    const locals = term.operands.map((operand) => this.#local(operand, copy));
    const bools = this.#isBool(term.operands[0]);
    return this.#once(values, `${term.type} ${locals}`, bool, () =>
      this.#code.apply(term.type, locals, bools),
    );
  }

  #fold(
    { combine, operand, loops }: { combine: Combine; operand: number; loops: readonly number[] },
    copy: Copy,
  ): number {
    const own = this.#loopsOf(loops);
    const turns = own.reduce<Copy[]>(
      (all, u) =>
        all.flatMap((one) =>
          Array.from({ length: this.#nest.unrolled[u].size }, (_, turn) =>
            one.map((t, i) => (i === u ? turn : t)),
          ),
        ),
      [copy],
    );
    const locals = turns.map((turn) => this.#local(operand, turn));
    this.body.get(locals[0]);
    for (const local of locals.slice(1)) {
      this.body.get(local);
      this.#code.combine(combine);
    }
    const result = this.#code.local();
    this.body.set(result);
    return result;
  }
}

/** A mask of the last `count` lanes. */
const lastLanes = (count: number) =>
  Array.from({ length: BYTES * LANES }, (_, byte) => (byte >= BYTES * (LANES - count) ? 255 : 0));
