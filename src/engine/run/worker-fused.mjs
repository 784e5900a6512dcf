/**
 * Runs one thread's share of a fused program: WebAssembly kernels and ONNX models take turns over one WebAssembly
 * memory. The models' inputs and outputs are tensors over that memory, so nothing is copied between them and kernels.
 *
 * Threads that share a program have a memory each. What one needs of another crosses through shared memory:
 * `flags[1 + i]` is the number of the run in which crossing i was last sent, `flags[0]` that of a run in which a thread
 * failed.
 */

import { ort } from "./onnxruntime.mjs";
import { openSession } from "./worker-model.mjs";

/** @typedef {import("../fuse/schedule/memory.js").Located} Located */
/** @typedef {import("../fuse/codegen/fused-program.js").Call} Call */
/** @typedef {import("../fuse/codegen/fused-program.js").Crossing} Crossing */
/** @typedef {Extract<import("./messages.js").ProgramSource, { kind: "fused" }>} FusedSource */

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, int64: BigInt64Array };

/**
 * Open a fused program: compile its module, open its models, make the calls that depend on constants alone.
 *
 * @param {Omit<FusedSource, "kind">} source
 * @param {string} device
 */
export async function openFused({ program, thread, flags, crossing }, device) {
  const { pages, module, models, constants } = program;
  const { once, calls, outputs } = program.threads[thread];
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(module)), {
    env: { memory },
  });
  const view = viewsOf(memory);
  for (const { at, data } of constants) view(at).set(/** @type {never} */ (data));
  const sessions = await Promise.all(models.map((bytes) => openSession(bytes, device)));
  const crossings = new Crossings(memory, flags, crossing);
  const prepare = (/** @type {Call} */ call) => {
    if ("run" in call) return /** @type {() => void} */ (exports[call.run]);
    if ("model" in call) {
      const [session, feeds, fetches] = [
        sessions[call.model],
        tensorsOf(call.feeds, view),
        tensorsOf(call.fetches, view),
      ];
      return () => session.run(feeds, fetches);
    }
    return "send" in call ? crossings.sender(call.send) : crossings.receiver(call.receive);
  };
  for (const call of once) await prepare(call)();
  const steps = calls.map(prepare);
  return {
    inputs: program.inputs.map(view),
    outputs: outputs.map((at) => at && view(at)),
    steps,
    run: async (/** @type {number} */ run) => {
      crossings.run = run;
      try {
        for (const step of steps) await step();
      } catch (error) {
        crossings.fail();
        throw error;
      }
    },
    release: async () => {
      for (const session of sessions) await session.release();
    },
  };
}

/** Typed arrays over a memory. @param {WebAssembly.Memory} memory */
const viewsOf =
  (memory) =>
  (/** @type {Located} */ { address, dtype, shape }) =>
    new arrays[dtype](
      memory.buffer,
      address,
      shape.reduce((a, b) => a * b, 1),
    );

/**
 * @param {Readonly<Record<string, Located>>} located
 * @param {ReturnType<typeof viewsOf>} view
 */
const tensorsOf = (located, view) =>
  Object.fromEntries(
    Object.entries(located).map(([name, at]) => [
      name,
      new ort.Tensor(at.dtype, /** @type {never} */ (view(at)), at.shape),
    ]),
  );

/** What crosses between a thread and the others that share its program. */
class Crossings {
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
