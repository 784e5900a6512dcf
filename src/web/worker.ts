/** The worker of a page: it is sent one end of a message port, and serves it. */

import { setSoundDecoder } from "../modality/audio/compressed.web.js";
import { Connection } from "./connection.js";
import { workerHandlers } from "./handlers.js";
import type { PageHandlers } from "./protocol.js";

addEventListener("message", ({ ports: [port] }: MessageEvent) => {
  const page = new Connection<PageHandlers>(port, workerHandlers);
  setSoundDecoder((request) => page.call("decodeSound", request));
});
