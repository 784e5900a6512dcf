/**
 * A worker thread that runs programs. `run` of onnxruntime-node blocks the thread that calls it, so programs run here
 * and the main thread stays free. Plain JavaScript, so that it needs no build to be started.
 *
 * Arguments and results cross in shared memory. The runtime refuses tensors over it, so each program has its own
 * unshared tensors here: arguments are copied in, results are written straight into them and copied out.
 *
 * Messages in: load { key, program }, run { key, buffers, inputs, outputs, turn }, release { key }.
 * Message out, one for each: { } or { error }.
 */

import { parentPort } from "node:worker_threads";
import { openFused } from "./worker-fused.mjs";
import { openModel } from "./worker-model.mjs";

/**
 * @typedef {Float32Array | Int32Array | Uint8Array | BigInt64Array} Data
 * @typedef {{ inputs: Data[], outputs: (Data | null)[], run: (turn: number) => Promise<void>, release: () => Promise<void> }} Opened
 */

/** @type {Map<string, Opened>} */
const programs = new Map();

/** @param {{ key: string, program: { kind: "model" | "fused" } }} message */
async function load({ key, program }) {
  const open = program.kind === "fused" ? openFused : openModel;
  programs.set(key, await open(/** @type {never} */ (program)));
}

/**
 * @typedef {{ key: string, buffers: ArrayBufferLike[], inputs: number[], outputs: number[], turn: number }} Run
 * @param {Run} message
 */
async function run({ key, buffers, inputs, outputs, turn }) {
  const program = programs.get(key);
  if (!program) throw new Error(`internal: program ${key} is not loaded`);
  /** @type {(like: Data, places: number[], i: number) => Data} */
  const outside = (like, places, i) => {
    const Typed = /** @type {Float32ArrayConstructor} */ (like.constructor);
    return new Typed(/** @type {ArrayBuffer} */ (buffers[places[2 * i]]), places[2 * i + 1], like.length);
  };
  for (const [i, array] of program.inputs.entries())
    array.set(/** @type {never} */ (outside(array, inputs, i)));
  await program.run(turn);
  for (const [i, array] of program.outputs.entries())
    if (array) outside(array, outputs, i).set(/** @type {never} */ (array));
}

/** @param {{ key: string }} message */
async function release({ key }) {
  await programs.get(key)?.release();
  programs.delete(key);
}

const handlers = { load, run, release };

/** @param {{ type: keyof typeof handlers }} message */
async function handle(message) {
  try {
    await handlers[message.type](/** @type {never} */ (message));
    parentPort?.postMessage({});
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
}

/** Messages are done one after another. */
let last = Promise.resolve();
parentPort?.on("message", (message) => {
  last = last.then(() => handle(message));
});
