/** A fused kernel as a WebAssembly function of the addresses of its arrays: leaves first, then results. */

import { Instructions, identities } from "./instructions.js";
import type { Combine, Kernel } from "./kernel.js";
import { arrange, LANES, type Nest } from "./nest.js";
import { FunctionBody, type Opcode } from "./wasm.js";

/** The WebAssembly function of a kernel. */
export function emitKernel(kernel: Kernel): FunctionBody {
  const emitter = new KernelEmitter(kernel);
  emitter.run();
  return emitter.body;
}

const BYTES = 4;

/** The counters of the loops that are written out, in one copy of the body. */
type Copy = readonly number[];

class KernelEmitter {
  readonly body: FunctionBody;
  readonly #nest: Nest;
  readonly #code: Instructions;
  /** For each array, the first that moves through the same memory alike: they share an address. */
  readonly #sharing: readonly number[];
  /** For each term, how many loops around it it depends on; all where it depends on one that is written out. */
  readonly #levels: readonly number[];
  /** For each term, the written-out loops it depends on. */
  readonly #unrolledBy: readonly (readonly number[])[];
  /** The locals of what is computed, by level: of terms, and of instructions on locals. */
  #values: Map<string, number>[] = [];
  /** The address of each array, as far as the loops around have moved it. */
  #addresses: readonly number[];
  /** The entries that are in each array's address already. */
  readonly #starts: number[];
  /** The local of each reduction: by result, and by the copy of the kept loops that are written out. */
  #accumulators = new Map<string, number>();

  constructor(readonly kernel: Kernel) {
    const arrays = [...kernel.leaves, ...kernel.results];
    this.body = new FunctionBody(arrays.length);
    this.#addresses = arrays.map((_, i) => i);
    this.#starts = arrays.map(() => 0);
    this.#nest = arrange(kernel);
    this.#code = new Instructions(this.body, this.#nest.vector >= 0);
    const { loops, unrolled } = this.#nest;
    const way = arrays.map(({ name }, i) => `${name} ${loops.map(({ strides }) => strides[i])}`);
    this.#sharing = way.map((one) => way.indexOf(one));
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
    this.#startBackwards();
    if (this.#nest.resumes) this.#clear();
    this.#walk(0);
  }

  /** Start arrays that are read backwards from where they are read first: an address never goes below 0. */
  #startBackwards(): void {
    const backwards = (array: number) => this.#nest.loops.some(({ strides }) => strides[array] < 0);
    this.#addresses = this.#addresses.map((address, array) => {
      const first = this.#sharing[array];
      if (first !== array || !backwards(array)) return address;
      const own = this.body.local("i32");
      this.#starts[array] = this.kernel.leaves[array].offset;
      this.body
        .get(address)
        .int(this.#starts[array] * BYTES)
        .op("i32.add")
        .set(own);
      return own;
    });
    this.#addresses = this.#addresses.map((_, array) => this.#addresses[this.#sharing[array]]);
  }

  /** Push the address of a leaf's entry; the rest of the way to it is the instruction's immediate. */
  #pushAddress(leaf: number, offset: number): number {
    const bytes = (offset - this.#starts[this.#sharing[leaf]]) * BYTES;
    this.body.get(this.#addresses[leaf]);
    if (bytes >= 0) return bytes;
    this.body.int(bytes).op("i32.add");
    return 0;
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
    const { size, strides, use } = this.#nest.loops[level];
    const before = this.#addresses;
    const moving = [...new Set(this.#sharing)].filter((array) => strides[array] !== 0);
    const locals = new Map(moving.map((array) => [array, this.body.local("i32")]));
    for (const [array, local] of locals) this.body.get(before[array]).set(local);
    this.#addresses = before.map((address, array) => locals.get(this.#sharing[array]) ?? address);
    const advance = (entries: number) => {
      for (const [array, local] of locals) this.body.advance(local, entries * strides[array] * BYTES);
    };
    const each = level === this.#nest.vector ? LANES : 1;
    const rest = size % each;
    this.body.repeat(Math.floor(size / each), () => {
      this.#walk(level + 1);
      advance(each);
    });
    if (rest > 0) {
      // The last vector overlaps the one before; reductions take only what is new.
      advance(rest - LANES);
      this.#walk(level + 1, use === "reduced" ? rest : undefined);
    }
    this.#addresses = before;
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
        if (this.#nest.resumes)
          this.body.get(this.#addresses[array]).op("v128.load", this.#offset(array, offset, copy) * BYTES);
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
        const at = this.#offset(array, offset, copy);
        if (this.#code.vectors && loops[vector].use === "kept") this.#storeVector(array, accumulator, at);
        else {
          this.body.get(this.#addresses[array]);
          this.#code.across(accumulator, combine);
          this.body.op("f32.store", at * BYTES);
        }
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
      const at = this.#offset(array, offset, copy);
      if (woven >= 0) {
        if (copy[woven] === 0) this.#weave(array, term, copy, woven, at);
      } else if (this.#code.vectors) this.#storeVector(array, this.#local(term, copy), at);
      else {
        const value = this.#local(term, copy);
        this.body
          .get(this.#addresses[array])
          .get(value)
          .op("f32.store", at * BYTES);
      }
    }
  }

  #weave(array: number, term: number, copy: Copy, loop: number, offset: number): void {
    const [even, odd] = [0, 1].map((turn) =>
      this.#local(
        term,
        copy.map((own, u) => (u === loop ? turn : own)),
      ),
    );
    for (const half of [0, 1]) {
      this.body.get(this.#addresses[array]).get(even).get(odd);
      const lanes = [0, 1].flatMap((k) => [2 * half + k, LANES + 2 * half + k]);
      this.body.raw("i8x16.shuffle", lanes.flatMap(bytesOfLane));
      this.body.op("v128.store", (offset + half * LANES) * BYTES);
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
  #offset(array: number, offset: number, copy: Copy): number {
    return copy.reduce((sum, turn, u) => sum + turn * this.#nest.unrolled[u].strides[array], offset);
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
      const at = this.#offset(term.leaf, this.kernel.leaves[term.leaf].offset, copy);
      const key = `load ${this.#sharing[term.leaf]} ${at}`;
      return this.#once(values, key, false, () => this.#load(term.leaf, at, copy, values));
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

  /** Leave entries of a leaf on the stack, `offset` from its address. */
  #load(leaf: number, offset: number, copy: Copy, values: Map<string, number>): void {
    const { loops, vector, unrolled } = this.#nest;
    const { body } = this;
    const push = (opcode: Opcode, at: number) => body.op(opcode, this.#pushAddress(leaf, at));
    if (!this.#code.vectors) {
      push("f32.load", offset);
      return;
    }
    const stride = loops[vector].strides[leaf];
    const odd = copy.reduce((sum, turn, u) => sum + (unrolled[u].strides[leaf] === 1 ? turn : 0), 0);
    if (stride === 0) push("v128.load32_splat", offset);
    else if (stride === 1) push("v128.load", offset);
    else if (stride === 2 && odd <= 1) {
      const halves = [0, 1].map((half) => {
        const at = offset - odd + half * LANES;
        return this.#once(values, `row ${this.#sharing[leaf]} ${at}`, false, () => push("v128.load", at));
      });
      for (const half of halves) body.get(half);
      body.raw(
        "i8x16.shuffle",
        [0, 2, 4, 6].flatMap((lane) => bytesOfLane(lane + odd)),
      );
    } else {
      const gathered = body.local("v128");
      push("v128.load32_zero", offset);
      body.set(gathered);
      for (let lane = 1; lane < LANES; lane++) {
        const rest = this.#pushAddress(leaf, offset + lane * stride);
        body.get(gathered).op("v128.load32_lane", rest, lane).set(gathered);
      }
      body.get(gathered);
    }
  }
}

const bytesOfLane = (lane: number) => [0, 1, 2, 3].map((byte) => BYTES * lane + byte);
/** A mask of the last `count` lanes. */
const lastLanes = (count: number) =>
  Array.from({ length: BYTES * LANES }, (_, byte) => (byte >= BYTES * (LANES - count) ? 255 : 0));
