/** The side of a page's thread of messages.ts. */

import type { Handlers, Message } from "./messages.js";
import { repliesBy } from "./replies.mjs";

/** Answer requests with these handlers, one after another. */
export function serve(handlers: Handlers<string>): void {
  const replyTo = repliesBy(handlers);
  addEventListener("message", async ({ data }: MessageEvent<Message>) => postMessage(await replyTo(data)));
}
