/** The worker of a page: it is sent one end of a message port, and serves it. */

import { setSoundDecoder } from "../modality/audio/compressed.web.js";
import { setPageFiles } from "../modality/builtin/files.web.js";
import { Connection, type Served } from "./connection.js";
import { taskHandlers } from "./handlers.js";
import { loadModels } from "./load-models.js";
import type { ModelHandlers, PageHandlers, WorkerHandlers } from "./protocol.js";

const modelHandlers: Served<ModelHandlers> = {
  loadModel: async (...call) => (await loadModels()).modelHandlers.loadModel(...call),
  adapt: async (...call) => (await loadModels()).modelHandlers.adapt(...call),
  predictAdapted: async (...call) => (await loadModels()).modelHandlers.predictAdapted(...call),
  embed: async (...call) => (await loadModels()).modelHandlers.embed(...call),
  releaseModel: async (...call) => (await loadModels()).modelHandlers.releaseModel(...call),
};
const handlers: Served<WorkerHandlers> = { ...taskHandlers, ...modelHandlers };

addEventListener("message", ({ ports: [port] }: MessageEvent) => {
  const page = new Connection<PageHandlers>(port, handlers);
  setSoundDecoder((request) => page.call("decodeSound", request));
  setPageFiles((file) => page.call("earlyFile", file));
});
