/**
 * A worker thread that owns ONNX Runtime sessions. `run` of onnxruntime-node blocks the thread that calls it, so
 * programs run here and the main thread stays free. Plain JavaScript, so that it needs no build to be started.
 *
 * Arguments and results cross in shared memory. The runtime refuses tensors over it, so each program has its own
 * unshared tensors here: arguments are copied in, results are written straight into them and copied out.
 *
 * Messages in: load { key, bytes, inputs, outputs, device }, run { key, inputs, outputs }, release { key }.
 * Message out, one for each: { } or { error }.
 */

import { parentPort } from "node:worker_threads";
import * as ort from "onnxruntime-node";

/**
 * @typedef {{ name: string, dtype: "float32" | "int32" | "bool", shape: readonly number[] }} Spec
 * @typedef {{ session: ort.InferenceSession, feeds: Record<string, ort.Tensor>, fetches: Record<string, ort.Tensor>, inputs: Spec[], outputs: Spec[] }} Loaded
 */

/** @type {Map<string, Loaded>} */
const programs = new Map();

/** @param {Spec} spec */
function tensor({ dtype, shape }) {
  const size = shape.reduce((a, b) => a * b, 1);
  if (dtype === "float32") return new ort.Tensor("float32", new Float32Array(size), shape);
  if (dtype === "int32") return new ort.Tensor("int32", new Int32Array(size), shape);
  return new ort.Tensor("bool", new Uint8Array(size), shape);
}

/** @param {ort.Tensor} tensor */
const numbers = (tensor) => /** @type {Float32Array} */ (tensor.data);

/** @param {Spec[]} specs */
const tensors = (specs) => Object.fromEntries(specs.map((spec) => [spec.name, tensor(spec)]));

/** @param {{ key: string, bytes: Uint8Array, inputs: Spec[], outputs: Spec[], device: string }} message */
async function load({ key, bytes, inputs, outputs, device }) {
  const session = await ort.InferenceSession.create(new Uint8Array(bytes), {
    executionProviders: [device],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
  programs.set(key, { session, feeds: tensors(inputs), fetches: tensors(outputs), inputs, outputs });
}

/** @param {{ key: string, inputs: Float32Array[], outputs: Float32Array[] }} message */
async function run({ key, inputs, outputs }) {
  const program = programs.get(key);
  if (!program) throw new Error(`internal: program ${key} is not loaded`);
  for (const [i, { name }] of program.inputs.entries()) numbers(program.feeds[name]).set(inputs[i]);
  const results = await program.session.run(program.feeds, program.fetches);
  for (const [i, { name }] of program.outputs.entries()) outputs[i].set(numbers(results[name]));
}

/** @param {{ key: string }} message */
async function release({ key }) {
  await programs.get(key)?.session.release();
  programs.delete(key);
}

const handlers = { load, run, release };

parentPort?.on("message", async (/** @type {{ type: keyof typeof handlers }} */ message) => {
  try {
    await handlers[message.type](/** @type {never} */ (message));
    parentPort?.postMessage({});
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
