/** Runs programs on the threads of an isolated page; short ones on the calling thread. */

import { invariant } from "../../base/errors.js";
import type { Form } from "./form.js";
import { fusedLoadables } from "./loadable.js";
import { LocalRunner } from "./local-runner.js";
import { Pool } from "./pool.js";
import type { Runnable, Runner } from "./runner.js";

export class PageRunner implements Runner {
  readonly #pool: Pool;
  readonly #local = new LocalRunner();

  constructor(readonly threads: number) {
    this.#pool = new Pool(threads);
  }

  close(): void {
    this.#pool.close();
  }

  runnable(form: Form): Runnable {
    const { fused, isInline } = form;
    invariant(fused, "a program of the runtime wasm is fused");
    const pool = this.#pool;
    const local = isInline ? this.#local.runnable(form) : undefined;
    const loadables = fusedLoadables(fused, "cpu");
    // Threads that share a program share memory, too, so its runs do not overlap.
    const lane = loadables.length > 1 ? {} : undefined;
    return {
      run: (inputs, outputs, options) =>
        local && !options.lane
          ? local.run(inputs, outputs, options)
          : pool.run(loadables, inputs, outputs, lane ? { ...options, lane } : options),
      release: () => {
        local?.release();
        for (const { key } of loadables) pool.release(key);
      },
    };
  }
}
