/**
 * A program of fused kernels and ONNX models that take turns over one WebAssembly memory: kernels are functions of
 * its one module, and the models' inputs and outputs are tensors over the same memory, so nothing is copied between.
 *
 * Several threads may share a program, each with its own memory and calls. What one needs of another crosses through
 * shared memory: `flags[1 + i]` is the number of the run whose crossing i is there,
 * `flags[0]` that of a run in which a thread failed.
 */

import * as ort from "onnxruntime-node";
import { openSession } from "./worker-model.mjs";

/** @typedef {import("../fuse/codegen/assemble.js").Assembled} Assembled */
/** @typedef {import("../fuse/codegen/assemble.js").Located} Located */
/** @typedef {import("../fuse/codegen/assemble.js").Call} Call */

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, int64: BigInt64Array };

/** Looks at a flag before a thread sleeps until it changes, and the longest sleep in milliseconds. */
const LOOKS = 4000;
const SLEEP = 1000;

/**
 * @param {{ assembled: Assembled, device: string, member: number, flags: Int32Array, crossing: Uint8Array }} program
 */
export async function openFused({ assembled, device, member, flags, crossing }) {
  const { pages, module, models, constants } = assembled;
  const { once, calls, outputs } = assembled.members[member];
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(module)), {
    env: { memory },
  });
  const view = (/** @type {Located} */ { address, dtype, shape }) =>
    new arrays[dtype](
      memory.buffer,
      address,
      shape.reduce((a, b) => a * b, 1),
    );
  const tensors = (/** @type {Readonly<Record<string, Located>>} */ all) =>
    Object.fromEntries(
      Object.entries(all).map(([name, at]) => [
        name,
        new ort.Tensor(at.dtype, /** @type {never} */ (view(at)), at.shape),
      ]),
    );
  for (const { at, data } of constants) view(at).set(/** @type {never} */ (data));
  const sessions = await Promise.all(models.map((bytes) => openSession(bytes, device)));
  let turn = 0;
  const prepare = (/** @type {Call} */ call) => {
    if ("run" in call) return /** @type {() => void} */ (exports[call.run]);
    if ("model" in call) {
      const [session, feeds, fetches] = [sessions[call.model], tensors(call.feeds), tensors(call.fetches)];
      return () => session.run(feeds, fetches);
    }
    const { index, address, bytes, at } = "send" in call ? call.send : call.receive;
    const own = new Uint8Array(memory.buffer, address, bytes);
    const shared = crossing.subarray(at, at + bytes);
    if ("send" in call)
      return () => {
        shared.set(own);
        Atomics.store(flags, 1 + index, turn);
        Atomics.notify(flags, 1 + index);
      };
    return () => {
      arrival(1 + index);
      own.set(shared);
    };
  };
  const arrival = (/** @type {number} */ flag) => {
    for (let look = 0; ; look++) {
      const seen = Atomics.load(flags, flag);
      if (seen === turn) return;
      if (Atomics.load(flags, 0) === turn) throw new Error("another thread of this program failed");
      if (look > LOOKS) Atomics.wait(flags, flag, seen, SLEEP);
    }
  };
  for (const call of once) await prepare(call)();
  const steps = calls.map(prepare);
  return {
    inputs: assembled.inputs.map(view),
    outputs: outputs.map((at) => at && view(at)),
    steps,
    run: async (/** @type {number} */ number) => {
      turn = number;
      try {
        for (const step of steps) await step();
      } catch (error) {
        Atomics.store(flags, 0, turn);
        throw error;
      }
    },
    release: async () => {
      for (const session of sessions) await session.release();
    },
  };
}
