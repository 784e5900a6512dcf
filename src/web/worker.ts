/** The worker of a page: it is sent one end of a message port, and serves it. */

import { setSoundDecoder } from "../modality/audio/compressed.web.js";
import { setPageFiles } from "../modality/builtin/files.web.js";
import { Connection, type Served } from "./connection.js";
import { taskHandlers } from "./handlers.js";
import { loadedHandlers } from "./loaded-handlers.js";
import type { PageHandlers, WorkerHandlers } from "./protocol.js";

const handlers: Served<WorkerHandlers> = { ...taskHandlers, ...loadedHandlers };

addEventListener("message", ({ ports: [port] }: MessageEvent) => {
  const page = new Connection<PageHandlers>(port, handlers);
  setSoundDecoder((request) => page.call("decodeSound", request));
  setPageFiles((file) => page.call("earlyFile", file));
});
