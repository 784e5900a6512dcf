/** A program that is one ONNX model, run by one single-threaded session. */

import { ort } from "./onnxruntime.mjs";

/** Session options with which results do not depend on whatever else runs. */
const deterministic = /** @type {const} */ ({
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  logSeverityLevel: 3,
});

/**
 * A session of a model in memory.
 *
 * @param {Uint8Array} bytes
 * @param {string} device
 */
export const openSession = (bytes, device) =>
  ort.InferenceSession.create(new Uint8Array(bytes), { ...deterministic, executionProviders: [device] });

const quiet = { ...deterministic, logSeverityLevel: /** @type {const} */ (4), executionProviders: ["cpu"] };

/**
 * A session of a model from elsewhere: a file's path or its bytes. ONNX Runtime logs nothing about it; its errors are thrown.
 *
 * @param {string | Uint8Array} source
 */
export const openForeign = (source) =>
  typeof source === "string"
    ? ort.InferenceSession.create(source, quiet)
    : ort.InferenceSession.create(source, quiet);

/** @typedef {import("../lower/onnx.js").NamedSpec} Spec */

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** @param {Spec} spec */
function tensor({ dtype, shape }) {
  const data = new arrays[dtype](shape.reduce((a, b) => a * b, 1));
  return new ort.Tensor(dtype, /** @type {never} */ (data), shape);
}

/**
 * Open a model; its inputs and outputs are tensors that every run reads and writes.
 *
 * @param {{ bytes: Uint8Array, inputs: readonly Spec[], outputs: readonly Spec[] }} source
 * @param {string} device
 */
export async function openModel({ bytes, inputs, outputs }, device) {
  const session = await openSession(bytes, device);
  const tensors = (/** @type {readonly Spec[]} */ specs) =>
    Object.fromEntries(specs.map((spec) => [spec.name, tensor(spec)]));
  const [feeds, fetches] = [tensors(inputs), tensors(outputs)];
  const data = (/** @type {Record<string, import("onnxruntime-node").Tensor>} */ all) =>
    Object.values(all).map((one) => /** @type {Float32Array} */ (one.data));
  return {
    inputs: data(feeds),
    outputs: data(fetches),
    run: async () => {
      await session.run(feeds, fetches);
    },
    release: () => session.release(),
  };
}
