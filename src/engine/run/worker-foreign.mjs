/**
 * A worker thread that runs one ONNX file of the user's: of any inputs, of any shapes. Plain JavaScript, so that it needs
 * no build to be started.
 *
 * Messages in: { path }, which opens the file, then { feeds, output } for each run.
 * Message out, one for each: { inputs, outputs }, then { shape, data }; or { error }.
 */

import { parentPort } from "node:worker_threads";
import * as ort from "onnxruntime-node";
import { openForeign } from "./worker-model.mjs";

/** @typedef {{ type: string, shape: number[], data: Float32Array | BigInt64Array | Uint8Array }} Feed */

/** @type {ort.InferenceSession} */
let session;

/** @param {{ path: string }} message */
async function open({ path }) {
  session = await openForeign(path);
  const ports = (/** @type {readonly ort.InferenceSession.ValueMetadata[]} */ all) =>
    all.map((port) => ({
      name: port.name,
      type: port.isTensor ? port.type : "no tensor",
      shape: port.isTensor ? [...port.shape] : [],
    }));
  return { inputs: ports(session.inputMetadata), outputs: ports(session.outputMetadata) };
}

/** @param {{ feeds: Record<string, Feed>, output: string }} message */
async function run({ feeds, output }) {
  const tensors = Object.entries(feeds).map(([name, { type, shape, data }]) => [
    name,
    new ort.Tensor(/** @type {"float32"} */ (type), /** @type {Float32Array} */ (data), shape),
  ]);
  const { [output]: result } = await session.run(Object.fromEntries(tensors), [output]);
  if (result.type !== "float32" && result.type !== "float64")
    throw new Error(`the output "${output}" is of type ${result.type}, not float32`);
  return { shape: [...result.dims], data: Float32Array.from(/** @type {Float32Array} */ (result.data)) };
}

parentPort?.on("message", async (message) => {
  try {
    parentPort?.postMessage(await ("path" in message ? open(message) : run(message)));
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
