/**
 * The programs that a thread has open: a worker's, or the main thread's. `run` of onnxruntime-node blocks the thread that
 * calls it. Plain JavaScript, so that a worker needs no build to be started.
 *
 * Arguments and results are in memory that threads share. The runtime refuses tensors over it, so each program has its
 * own unshared tensors: arguments are copied in, results are written straight into them and copied out.
 */

import { openFused } from "./worker-fused.mjs";
import { openModel } from "./worker-model.mjs";

/**
 * @typedef {Float32Array | Int32Array | Uint8Array | BigInt64Array} Data
 * @typedef {{ inputs: Data[], outputs: (Data | null)[], run: (turn: number) => Promise<void>, release: () => Promise<void> }} Opened
 */

/** @type {Map<string, Opened>} */
const programs = new Map();

/** @param {{ key: string, program: import("./pool.js").Loadable["program"] & { device: string } }} message */
export async function load({ key, program }) {
  const open = program.kind === "fused" ? openFused : openModel;
  programs.set(key, await open(/** @type {never} */ (program)));
}

/**
 * @typedef {{ key: string, buffers: ArrayBufferLike[], inputs: number[], outputs: number[], turn: number }} Run
 * @param {Run} message
 */
export async function run({ key, buffers, inputs, outputs, turn }) {
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
export async function release({ key }) {
  await programs.get(key)?.release();
  programs.delete(key);
}
