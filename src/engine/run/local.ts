/** The engine without threads, for pages: WebAssembly on the thread that calls. Nothing here needs Node. */

import { encodeModule, FunctionBody } from "../fuse/codegen/wasm.js";
import { EngineCore } from "./core.js";
import { LocalRunner } from "./local-runner.js";

/**
 * An engine whose programs run on the calling thread, one after another, in WebAssembly alone. `relaxed`: use fused
 * multiplications and additions if there are any here; products are faster, and their last bits depend on the machine. The
 * engine's `runtime` is what it uses.
 */
export function localEngine({ relaxed = false }: { relaxed?: boolean } = {}): EngineCore {
  const runtime = relaxed && hasRelaxed() ? "wasm-relaxed" : "wasm";
  return new EngineCore(new LocalRunner(), { device: "cpu", runtime });
}

/** Whether WebAssembly has the fused multiplication and addition of vectors. */
function hasRelaxed(): boolean {
  const body = new FunctionBody(0);
  const vector = body.local("v128");
  body.get(vector).get(vector).get(vector).op("f32x4.relaxed_madd").set(vector);
  return WebAssembly.validate(encodeModule([{ body }], 1));
}
