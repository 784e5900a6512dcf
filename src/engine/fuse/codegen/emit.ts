/** A fused kernel as a WebAssembly function. Its parameters are the addresses of its inputs, then of its outputs. */

import type { Kernel } from "../analysis/kernel.js";
import { arrange, LANES, type Loop, type Nest } from "../schedule/nest.js";
import { BYTES, type Copy, Entries } from "./entries.js";
import { Instructions, identities } from "./instructions.js";
import { Terms } from "./terms.js";
import { FunctionBody } from "./wasm.js";

/** The WebAssembly function of a kernel. */
export function emitKernel(kernel: Kernel): FunctionBody {
  const emitter = new KernelEmitter(kernel);
  emitter.emit();
  return emitter.body;
}

class KernelEmitter {
  readonly body: FunctionBody;
  readonly #nest: Nest;
  readonly #code: Instructions;
  readonly #entries: Entries;
  readonly #terms: Terms;
  /** The local of each reduction in registers, by output and by copy of the unrolled kept loops. */
  readonly #accumulators = new Map<string, number>();

  constructor(readonly kernel: Kernel) {
    this.body = new FunctionBody(kernel.inputs.length + kernel.outputs.length);
    this.#nest = arrange(kernel);
    this.#code = new Instructions(this.body, this.#nest.vector >= 0);
    this.#entries = new Entries(kernel, this.#nest, this.#code);
    this.#terms = new Terms(kernel, this.#nest, this.#code, this.#entries);
  }

  emit(): void {
    if (this.#nest.accumulates) this.#clear();
    this.#nestFrom(0);
  }

  /** Set outputs that are accumulated in memory to the identity of their reduction. */
  #clear(): void {
    const all = [...this.#nest.loops, ...this.#nest.unrolled];
    const size = all.reduce((n, loop) => (loop.use === "kept" ? n * loop.size : n), 1);
    for (const [i, { combine, offset }] of this.kernel.outputs.entries()) {
      if (combine === "store") continue;
      const address = this.body.local("i32");
      this.body.get(this.#arrayOf(i)).set(address);
      this.body.repeat(size / LANES, () => {
        this.body.get(address);
        this.#code.number(identities[combine], false);
        this.body.op("v128.store", offset * BYTES).advance(address, LANES * BYTES);
      });
    }
  }

  /** The number of an output among all arrays. */
  #arrayOf(output: number): number {
    return this.kernel.inputs.length + output;
  }

  /** The nest inside the first `level` loops. If `fresh` is given, only so many last lanes are new. */
  #nestFrom(level: number, fresh?: number): void {
    const { loops, outside } = this.#nest;
    this.#terms.enter(level);
    if (level === outside) this.#beginReductions();
    if (level === loops.length) this.#innermost(fresh);
    else this.#loop(level);
    if (level === outside) this.#storeReductions();
  }

  #loop(level: number): void {
    const { size, use } = this.#nest.loops[level];
    const step = level === this.#nest.vector ? LANES : 1;
    const rest = size % step;
    this.#entries.follow(level, (advance) => {
      this.body.repeat(Math.floor(size / step), () => {
        this.#nestFrom(level + 1);
        advance(step);
      });
      if (rest === 0) return;
      // The last vector overlaps the one before; reductions take its new lanes only.
      advance(rest - LANES);
      this.#nestFrom(level + 1, use === "reduced" ? rest : undefined);
    });
  }

  /** All copies of the body along the unrolled loops of these uses. */
  #copies(...uses: readonly string[]): Copy[] {
    return this.#nest.unrolled.reduce<number[][]>(
      (all, { size, use }) =>
        all.flatMap((copy) =>
          Array.from({ length: uses.includes(use) ? size : 1 }, (_, counter) => [...copy, counter]),
        ),
      [[]],
    );
  }

  /** Set accumulators to the identity, or to what is accumulated in memory so far. */
  #beginReductions(): void {
    for (const [i, { combine, offset }] of this.kernel.outputs.entries()) {
      if (combine === "store") continue;
      const array = this.#arrayOf(i);
      for (const copy of this.#copies("kept")) {
        const local = this.#code.local();
        if (this.#nest.accumulates)
          this.#entries.loadOutput(array, this.#entries.offset(array, offset, copy));
        else this.#code.number(identities[combine], false);
        this.body.set(local);
        this.#accumulators.set(`${i} ${copy}`, local);
      }
    }
  }

  #innermost(fresh: number | undefined): void {
    for (const [i, { term, combine }] of this.kernel.outputs.entries()) {
      if (combine === "store") {
        this.#store(i);
        continue;
      }
      for (const copy of this.#copies("kept", "reduced")) {
        const kept = copy.map((counter, u) => (this.#nest.unrolled[u].use === "kept" ? counter : 0));
        const accumulator = this.#accumulators.get(`${i} ${kept}`)!;
        const value = this.#terms.local(term, copy);
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

  #storeReductions(): void {
    const { vector, loops } = this.#nest;
    for (const [i, { combine, offset }] of this.kernel.outputs.entries()) {
      if (combine === "store") continue;
      const array = this.#arrayOf(i);
      for (const copy of this.#copies("kept")) {
        const accumulator = this.#accumulators.get(`${i} ${copy}`)!;
        const at = this.#entries.offset(array, offset, copy);
        if (this.#code.vectors && loops[vector].use === "kept")
          this.#entries.storeVector(array, at, accumulator);
        else this.#entries.storeNumber(array, at, () => this.#code.across(accumulator, combine));
      }
    }
  }

  /** Store a term of every copy. Two copies that alternate in memory are interleaved into whole vectors. */
  #store(output: number): void {
    const { term, offset } = this.kernel.outputs[output];
    const array = this.#arrayOf(output);
    const { loops, vector, unrolled } = this.#nest;
    const alternates = ({ size, use, strides }: Loop) =>
      use !== "folded" && size === 2 && strides[array] === 1;
    const pair = vector >= 0 && loops[vector].strides[array] === 2 ? unrolled.findIndex(alternates) : -1;
    for (const copy of this.#copies("kept", "reduced")) {
      const at = this.#entries.offset(array, offset, copy);
      if (pair < 0) {
        const value = this.#terms.local(term, copy);
        if (this.#code.vectors) this.#entries.storeVector(array, at, value);
        else this.#entries.storeNumber(array, at, () => this.body.get(value));
      } else if (copy[pair] === 0) {
        const odd = copy.map((counter, u) => (u === pair ? 1 : counter));
        this.#entries.storeInterleaved(
          array,
          at,
          this.#terms.local(term, copy),
          this.#terms.local(term, odd),
        );
      }
    }
  }
}

/** A mask of the last `count` lanes. */
const lastLanes = (count: number) =>
  Array.from({ length: BYTES * LANES }, (_, byte) => (byte >= BYTES * (LANES - count) ? 255 : 0));
