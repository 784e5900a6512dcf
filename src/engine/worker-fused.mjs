/**
 * A program of fused kernels and ONNX models that take turns over one WebAssembly memory: kernels are functions of
 * its one module, and the models' inputs and outputs are tensors over the same memory, so nothing is copied between.
 */

import * as ort from "onnxruntime-node";
import { openSession } from "./worker-model.mjs";

/** @typedef {import("./fuse/assemble.js").Assembled} Assembled */
/** @typedef {import("./fuse/assemble.js").Located} Located */

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, int64: BigInt64Array };

/** @param {{ assembled: Assembled, device: string }} program */
export async function openFused({ assembled, device }) {
  const { pages, module, models, constants, calls } = assembled;
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
  const steps = calls.map((call) => {
    if ("run" in call) return /** @type {() => void} */ (exports[call.run]);
    const [session, feeds, fetches] = [sessions[call.model], tensors(call.feeds), tensors(call.fetches)];
    return () => session.run(feeds, fetches);
  });
  return {
    inputs: assembled.inputs.map(view),
    outputs: assembled.outputs.map(view),
    run: async () => {
      for (const step of steps) await step();
    },
    release: async () => {
      for (const session of sessions) await session.release();
    },
  };
}
