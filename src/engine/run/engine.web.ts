/** The engine of a page: one, in WebAssembly, on the worker's thread. */

import type { EngineCore } from "./core.js";
import { localEngine } from "./local.js";

export { EngineCore as Engine } from "./core.js";

let engine: EngineCore | undefined;

/** The engine of this worker. */
export function engineFor(_options: object = {}): EngineCore {
  engine ??= localEngine();
  return engine;
}
