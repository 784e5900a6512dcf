/**
 * The engine of a page: one, in WebAssembly, on the worker's thread; if the page is cross-origin isolated, on threads that
 * share memory.
 */

import { availableParallelism } from "../../base/threads.js";
import { EngineCore } from "./core.js";
import { localEngine } from "./local.js";
import { PageRunner } from "./page-runner.web.js";

export { EngineCore as Engine } from "./core.js";

let engine: EngineCore | undefined;

/** The engine of this worker. */
export function engineFor(_options: object = {}): EngineCore {
  const threads = availableParallelism();
  engine ??=
    threads === 1
      ? localEngine()
      : new EngineCore(new PageRunner(threads), { device: "cpu", runtime: "wasm" });
  return engine;
}
