/**
 * A worker thread that runs programs, so that the main thread stays free. Plain JavaScript, so that it needs no build to
 * be started.
 *
 * Messages in: load { key, program }, run { key, buffers, inputs, outputs, turn }, release { key }.
 * Message out, one for each: { } or { error }.
 */

import { parentPort } from "node:worker_threads";
import { load, release, run } from "./worker-programs.mjs";

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
