/**
 * Loads and stores of a kernel's arrays: the address of each as the loops advance, and instructions by stride.
 *
 * Arrays are numbered, inputs first, then outputs. Offsets are in entries from the array's address, which is a parameter
 * of the function.
 */

import type { Kernel } from "../analysis/kernel.js";
import { LANES, type Nest } from "../schedule/nest.js";
import type { Instructions } from "./instructions.js";
import type { Opcode } from "./wasm.js";

/** Bytes of an entry. */
export const BYTES = 4;

/** The counters of the unrolled loops in one copy of the body. */
export type Copy = readonly number[];

export class Entries {
  /** For each array, the first one with the same memory and strides: they share an address. */
  readonly #sharing: readonly number[];
  /** The local with the address of each array, advanced by the loops around. */
  #addresses: readonly number[];
  /** Entries that each address is ahead of the array's. */
  readonly #starts: readonly number[];

  constructor(
    kernel: Kernel,
    readonly nest: Nest,
    readonly code: Instructions,
  ) {
    const { loops } = nest;
    const { body } = code;
    const arrays = [...kernel.inputs, ...kernel.outputs];
    const keys = arrays.map(({ name }, i) => `${name} ${loops.map(({ strides }) => strides[i])}`);
    this.#sharing = keys.map((key) => keys.indexOf(key));
    // Immediates are not negative: the address of an array that is read backwards starts at the entry read first.
    const isBackwards = (array: number) => loops.some(({ strides }) => strides[array] < 0);
    this.#starts = arrays.map(({ offset }, array) => (isBackwards(array) ? offset : 0));
    const locals = this.#sharing.map((first, array) => {
      if (first !== array || !isBackwards(array)) return array;
      const address = body.local("i32");
      body
        .get(array)
        .int(this.#starts[array] * BYTES)
        .op("i32.add")
        .set(address);
      return address;
    });
    this.#addresses = this.#sharing.map((first) => locals[first]);
  }

  /** Emit a loop by `emit`, with locals for the addresses that it moves; `advance` moves them by iterations. */
  follow(level: number, emit: (advance: (iterations: number) => void) => void): void {
    const { strides } = this.nest.loops[level];
    const { body } = this.code;
    const before = this.#addresses;
    const moving = [...new Set(this.#sharing)].filter((array) => strides[array] !== 0);
    const locals = new Map(moving.map((array) => [array, body.local("i32")]));
    for (const [array, local] of locals) body.get(before[array]).set(local);
    this.#addresses = before.map((address, array) => locals.get(this.#sharing[array]) ?? address);
    emit((iterations) => {
      for (const [array, local] of locals) body.advance(local, iterations * strides[array] * BYTES);
    });
    this.#addresses = before;
  }

  /** The offset of a copy of the body in an array that begins at `offset`. */
  offset(array: number, offset: number, copy: Copy): number {
    return copy.reduce((sum, counter, u) => sum + counter * this.nest.unrolled[u].strides[array], offset);
  }

  /** Identifies the entry that is loaded: arrays that share an address have the same entries. */
  key(input: number, offset: number): string {
    return `${this.#sharing[input]} ${offset}`;
  }

  /** Push the entries of an input that a copy of the body reads. `once` returns the local that holds what its function pushes. */
  load(input: number, offset: number, copy: Copy, once: (key: string, push: () => void) => number): void {
    const { loops, vector, unrolled } = this.nest;
    const { body, vectors } = this.code;
    const push = (opcode: Opcode, at: number) => body.op(opcode, this.#push(input, at));
    if (!vectors) {
      push("f32.load", offset);
      return;
    }
    const stride = loops[vector].strides[input];
    const odd = copy.reduce((sum, counter, u) => sum + (unrolled[u].strides[input] === 1 ? counter : 0), 0);
    if (stride === 0) push("v128.load32_splat", offset);
    else if (stride === 1) push("v128.load", offset);
    else if (stride === 2 && odd <= 1) {
      const halves = [0, 1].map((half) => {
        const at = offset - odd + half * LANES;
        return once(`row ${this.key(input, at)}`, () => push("v128.load", at));
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
        const rest = this.#push(input, offset + lane * stride);
        body.get(gathered).op("v128.load32_lane", rest, lane).set(gathered);
      }
      body.get(gathered);
    }
  }

  /** Push the address of an input's entry; returns the rest of it, for the instruction's immediate. */
  #push(input: number, offset: number): number {
    const { body } = this.code;
    const bytes = (offset - this.#starts[this.#sharing[input]]) * BYTES;
    body.get(this.#addresses[input]);
    if (bytes >= 0) return bytes;
    body.int(bytes).op("i32.add");
    return 0;
  }

  /** Push a vector of an output. */
  loadOutput(array: number, offset: number): void {
    this.code.body.get(this.#addresses[array]).op("v128.load", offset * BYTES);
  }

  /** Store the number that `push` pushes. */
  storeNumber(array: number, offset: number, push: () => void): void {
    this.code.body.get(this.#addresses[array]);
    push();
    this.code.body.op("f32.store", offset * BYTES);
  }

  /** Store a vector, lane by lane if it is not contiguous. */
  storeVector(array: number, offset: number, value: number): void {
    const { loops, vector } = this.nest;
    const { body } = this.code;
    const stride = loops[vector].strides[array];
    const address = this.#addresses[array];
    if (stride === 1) {
      body
        .get(address)
        .get(value)
        .op("v128.store", offset * BYTES);
      return;
    }
    for (let lane = 0; lane < LANES; lane++)
      body
        .get(address)
        .get(value)
        .op("v128.store32_lane", (offset + lane * stride) * BYTES, lane);
  }

  /** Store two vectors whose entries alternate in memory. */
  storeInterleaved(array: number, offset: number, even: number, odd: number): void {
    const { body } = this.code;
    for (const half of [0, 1]) {
      body.get(this.#addresses[array]).get(even).get(odd);
      const lanes = [0, 1].flatMap((k) => [2 * half + k, LANES + 2 * half + k]);
      body.raw("i8x16.shuffle", lanes.flatMap(bytesOfLane));
      body.op("v128.store", (offset + half * LANES) * BYTES);
    }
  }
}

export const bytesOfLane = (lane: number) => [0, 1, 2, 3].map((byte) => BYTES * lane + byte);
