/**
 * The programs that are open on a thread: a worker's, or the main thread's. `run` of onnxruntime-node blocks the thread
 * that calls it.
 *
 * Arguments and results are in memory that threads share. ONNX Runtime refuses tensors over it, so each program has
 * unshared tensors of its own: arguments are copied into them, results are computed in them and copied out.
 */

import { openFused } from "./fused.mjs";
import { runShared } from "./shared-run.mjs";

/**
 * @typedef {import("./shared-run.mjs").Opened} Opened
 * @typedef {import("./messages.js").ProgramHandlers} Handlers
 */

/** @type {Map<string, Opened>} */
const programs = new Map();

/** @type {Handlers["load"]} */
export async function load({ key, source, device }) {
  programs.set(key, await open(source, device));
}

/** ONNX Runtime is loaded with the first program that needs it. */
async function open(
  /** @type {import("./messages.js").ProgramSource} */ source,
  /** @type {string} */ device,
) {
  if (source.kind === "model") return (await import("./worker-model.mjs")).openModel(source, device);
  return openFused(source, async (bytes) =>
    (await import("./worker-fused.mjs")).openFusedModel(bytes, device),
  );
}

/** @type {Handlers["run"]} */
export async function run({ key, ...arrays }) {
  const program = programs.get(key);
  if (!program) throw new Error(`internal: program ${key} is not loaded`);
  await runShared(program, arrays);
}

/** @type {Handlers["release"]} */
export async function release({ key }) {
  await programs.get(key)?.release();
  programs.delete(key);
}
