/**
 * What crosses between a thread and the others that share its program. They have a memory each; what one needs of another
 * crosses through shared memory: `flags[1 + i]` is the number of the run in which crossing i was last sent, `flags[0]` that
 * of a run in which a thread failed.
 */

/** @typedef {import("../fuse/codegen/fused-program.js").Crossing} Crossing */

export class Crossings {
  /** How often a flag is read before the thread sleeps until it changes, and the longest sleep in milliseconds. */
  static #SPINS = 4000;
  static #SLEEP = 1000;

  /** The number of the current run. */
  run = 0;

  /**
   * @param {WebAssembly.Memory} memory
   * @param {Int32Array} flags
   * @param {Uint8Array} shared
   */
  constructor(memory, flags, shared) {
    this.memory = memory;
    this.flags = flags;
    this.shared = shared;
  }

  /** A call that sends a region of memory. @param {Crossing} crossing */
  sender({ index, address, bytes, at }) {
    const { flags } = this;
    const own = new Uint8Array(this.memory.buffer, address, bytes);
    const shared = this.shared.subarray(at, at + bytes);
    return () => {
      shared.set(own);
      Atomics.store(flags, 1 + index, this.run);
      Atomics.notify(flags, 1 + index);
    };
  }

  /** A call that waits for a region and copies it. @param {Crossing} crossing */
  receiver({ index, address, bytes, at }) {
    const own = new Uint8Array(this.memory.buffer, address, bytes);
    const shared = this.shared.subarray(at, at + bytes);
    return () => {
      this.#wait(1 + index);
      own.set(shared);
    };
  }

  /** Let the other threads know that this one has failed in the current run. */
  fail() {
    Atomics.store(this.flags, 0, this.run);
  }

  /** @param {number} flag */
  #wait(flag) {
    const { flags } = this;
    for (let spin = 0; ; spin++) {
      const seen = Atomics.load(flags, flag);
      if (seen === this.run) return;
      if (Atomics.load(flags, 0) === this.run) throw new Error("another thread of this program failed");
      if (spin > Crossings.#SPINS) Atomics.wait(flags, flag, seen, Crossings.#SLEEP);
    }
  }
}
