/** Reads and writes the entries of a kernel's arrays: the address of each as the loops move it, and the instructions by stride. */

import type { Kernel } from "../schedule/kernel.js";
import { LANES, type Nest } from "../schedule/nest.js";
import type { Instructions } from "./instructions.js";
import type { Opcode } from "./wasm.js";

export const BYTES = 4;

/** The counters of the loops that are written out, in one copy of the body. */
export type Copy = readonly number[];

/** Arrays by number: leaves first, then results. Offsets are in entries from the array's address, which the function is given. */
export class Entries {
  /** For each array, the first that moves through the same memory alike: they share an address. */
  readonly #sharing: readonly number[];
  /** The local with the address of each array, as far as the loops around have moved it. */
  #addresses: readonly number[];
  /** The entries that are in each array's address already. */
  readonly #starts: readonly number[];

  constructor(
    kernel: Kernel,
    readonly nest: Nest,
    readonly code: Instructions,
  ) {
    const { loops } = nest;
    const { body } = code;
    const arrays = [...kernel.leaves, ...kernel.results];
    const way = arrays.map(({ name }, i) => `${name} ${loops.map(({ strides }) => strides[i])}`);
    this.#sharing = way.map((one) => way.indexOf(one));
    // An address never goes below 0: an array that is read backwards starts where it is read first.
    const isBackwards = (array: number) => loops.some(({ strides }) => strides[array] < 0);
    this.#starts = arrays.map(({ offset }, array) => (isBackwards(array) ? offset : 0));
    const own = this.#sharing.map((first, array) => {
      if (first !== array || !isBackwards(array)) return array;
      const moved = body.local("i32");
      body
        .get(array)
        .int(this.#starts[array] * BYTES)
        .op("i32.add")
        .set(moved);
      return moved;
    });
    this.#addresses = this.#sharing.map((first) => own[first]);
  }

  /** While `write` writes a loop, the addresses that it moves follow: `advance` moves them by turns. */
  follow(level: number, write: (advance: (turns: number) => void) => void): void {
    const { strides } = this.nest.loops[level];
    const { body } = this.code;
    const before = this.#addresses;
    const moving = [...new Set(this.#sharing)].filter((array) => strides[array] !== 0);
    const locals = new Map(moving.map((array) => [array, body.local("i32")]));
    for (const [array, local] of locals) body.get(before[array]).set(local);
    this.#addresses = before.map((address, array) => locals.get(this.#sharing[array]) ?? address);
    write((turns) => {
      for (const [array, local] of locals) body.advance(local, turns * strides[array] * BYTES);
    });
    this.#addresses = before;
  }

  /** Where a copy of the body is in an array, whose first entry is `offset`. */
  offset(array: number, offset: number, copy: Copy): number {
    return copy.reduce((sum, turn, u) => sum + turn * this.nest.unrolled[u].strides[array], offset);
  }

  /** What names a load: arrays that share an address have the same entries there. */
  key(leaf: number, offset: number): string {
    return `${this.#sharing[leaf]} ${offset}`;
  }

  /** Push the entries of a leaf that a copy of the body reads. `once` gives the local of what its function pushes, for a name. */
  load(leaf: number, offset: number, copy: Copy, once: (name: string, push: () => void) => number): void {
    const { loops, vector, unrolled } = this.nest;
    const { body, vectors } = this.code;
    const push = (opcode: Opcode, at: number) => body.op(opcode, this.#push(leaf, at));
    if (!vectors) {
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
        return once(`row ${this.key(leaf, at)}`, () => push("v128.load", at));
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
        const rest = this.#push(leaf, offset + lane * stride);
        body.get(gathered).op("v128.load32_lane", rest, lane).set(gathered);
      }
      body.get(gathered);
    }
  }

  /** Push the address of a leaf's entry; the rest of the way to it is the instruction's immediate. */
  #push(leaf: number, offset: number): number {
    const { body } = this.code;
    const bytes = (offset - this.#starts[this.#sharing[leaf]]) * BYTES;
    body.get(this.#addresses[leaf]);
    if (bytes >= 0) return bytes;
    body.int(bytes).op("i32.add");
    return 0;
  }

  /** Push a vector of a result. */
  resume(result: number, offset: number): void {
    this.code.body.get(this.#addresses[result]).op("v128.load", offset * BYTES);
  }

  /** Store what `push` pushes, a number. */
  storeNumber(result: number, offset: number, push: () => void): void {
    this.code.body.get(this.#addresses[result]);
    push();
    this.code.body.op("f32.store", offset * BYTES);
  }

  /** Store a vector, lane by lane where they do not lie beside each other. */
  storeVector(result: number, offset: number, value: number): void {
    const { loops, vector } = this.nest;
    const { body } = this.code;
    const stride = loops[vector].strides[result];
    const address = this.#addresses[result];
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

  /** Store two vectors whose entries alternate. */
  storeWoven(result: number, offset: number, even: number, odd: number): void {
    const { body } = this.code;
    for (const half of [0, 1]) {
      body.get(this.#addresses[result]).get(even).get(odd);
      const lanes = [0, 1].flatMap((k) => [2 * half + k, LANES + 2 * half + k]);
      body.raw("i8x16.shuffle", lanes.flatMap(bytesOfLane));
      body.op("v128.store", (offset + half * LANES) * BYTES);
    }
  }
}

const bytesOfLane = (lane: number) => [0, 1, 2, 3].map((byte) => BYTES * lane + byte);
