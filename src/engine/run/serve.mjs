/** The worker's side of messages.ts. Plain JavaScript, so that a worker starts without a build. */

import { parentPort } from "node:worker_threads";
import { repliesBy } from "./replies.mjs";

/**
 * Answer the main thread's requests with these handlers, one after another.
 *
 * @param {import("./messages.js").Handlers<string>} handlers
 */
export function serve(handlers) {
  const replyTo = repliesBy(handlers);
  parentPort?.on("message", async (message) => parentPort?.postMessage(await replyTo(message)));
}
