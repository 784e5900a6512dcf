/** The worker's side of messages.ts. Plain JavaScript, so that a worker starts without a build. */

import { parentPort } from "node:worker_threads";

/**
 * Answer the main thread's requests with these handlers, one after another.
 *
 * @param {import("./messages.js").Handlers<string>} handlers
 */
export function serve(handlers) {
  /** @param {import("./messages.js").Message} message */
  const reply = async ({ handler, argument }) => {
    try {
      return { result: await handlers[handler](/** @type {never} */ (argument)) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  let last = Promise.resolve();
  parentPort?.on("message", (message) => {
    last = last.then(async () => parentPort?.postMessage(await reply(message)));
  });
}
