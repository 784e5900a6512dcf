/**
 * Runs programs on the calling thread, one after another: in a page, in whichever worker calls it. For programs of the
 * runtime `wasm`. Nothing here needs Node.
 */

import { invariant } from "../../base/errors.js";
import type { Form } from "./form.js";
import { openFused } from "./fused.mjs";
import type { Runnable, Runner } from "./runner.js";

const noModels = () => {
  throw new Error("internal: a program of the runtime wasm has an ONNX model");
};

export class LocalRunner implements Runner {
  readonly threads = 1;
  #last: Promise<unknown> = Promise.resolve();

  /** It has no threads of its own. */
  close(): void {}

  runnable({ fused: program }: Form): Runnable {
    invariant(program, "a program of the runtime wasm is fused");
    const open = () =>
      openFused({ program, thread: 0, flags: new Int32Array(1), crossing: new Uint8Array(0) }, noModels);
    let opened: ReturnType<typeof open> | undefined;
    return {
      run: (inputs, outputs, { signal }) => {
        const done = this.#last.then(async () => {
          signal?.throwIfAborted();
          opened ??= open();
          const { write, run, read } = await opened.catch((error) => {
            // Without memory now, it may open later.
            opened = undefined;
            throw error;
          });
          for (const [i, array] of inputs.entries()) write(i, array);
          await run(0);
          for (const [i, array] of outputs.entries()) read(i, array);
        });
        this.#last = done.catch(() => {});
        return done;
      },
      release: () => {
        opened = undefined;
      },
    };
  }
}
