/** Entry of a page's thread that runs compiled programs. */

import { openFused } from "./fused.mjs";
import type { ProgramHandlers } from "./messages.js";
import { serve } from "./serve.web.js";
import { runShared } from "./shared-run.mjs";

const programs = new Map<string, Awaited<ReturnType<typeof openFused>>>();

const handlers: ProgramHandlers = {
  async load({ key, source }) {
    if (source.kind === "model") throw new Error("internal: a page has a program that is an ONNX model");
    const noModels = () => {
      throw new Error("internal: a program of the runtime wasm has an ONNX model");
    };
    programs.set(key, await openFused(source, noModels));
  },
  async run({ key, ...arrays }) {
    const program = programs.get(key);
    if (!program) throw new Error(`internal: program ${key} is not loaded`);
    await runShared(program, arrays);
  },
  async release({ key }) {
    programs.delete(key);
  },
};
serve(handlers);
