/** The engine without threads, for pages: the runtime `wasm` on the thread that calls. Nothing here needs Node. */

import { EngineCore } from "./core.js";
import { LocalRunner } from "./local-runner.js";

/** An engine whose programs run on the calling thread, one after another, in WebAssembly alone. */
export const localEngine = (): EngineCore =>
  new EngineCore(new LocalRunner(), { device: "cpu", runtime: "wasm" });
