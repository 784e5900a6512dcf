/** Whether ONNX Runtime is installed. Without it everything is computed in WebAssembly. */

import { createRequire } from "node:module";
import type { EngineOptions } from "./options.js";

let found: boolean | undefined;

export function hasOnnxRuntime(): boolean {
  if (found === undefined)
    try {
      createRequire(import.meta.url).resolve("onnxruntime-node");
      found = true;
    } catch {
      found = false;
    }
  return found;
}

/** The runtime if none is stated. */
export const defaultRuntime = (): NonNullable<EngineOptions["runtime"]> =>
  hasOnnxRuntime() ? "onnxruntime" : "wasm";
