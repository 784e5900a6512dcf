/** Runs programs on a pool of worker threads; short ones on the calling thread. */

import type { Form } from "./form.js";
import { releaseInline, runInline } from "./inline.js";
import { fusedLoadables, modelLoadable } from "./loadable.js";
import type { Device } from "./options.js";
import { Pool } from "./pool.js";
import type { Runnable, Runner } from "./runner.js";

export class NodeRunner implements Runner {
  readonly #pool: Pool;

  constructor(
    readonly threads: number,
    readonly device: Device,
  ) {
    this.#pool = new Pool(threads);
  }

  close(): void {
    this.#pool.close();
  }

  runnable({ fused, lowered, isInline }: Form): Runnable {
    const { device } = this;
    const pool = this.#pool;
    const loadables = fused ? fusedLoadables(fused, device) : [modelLoadable(lowered(), device)];
    // Threads that share a program share memory, too, so its runs do not overlap.
    const lane = loadables.length > 1 ? {} : undefined;
    return {
      run: (inputs, outputs, options) =>
        isInline && !options.lane
          ? runInline(loadables[0], inputs, outputs, options.signal)
          : pool.run(loadables, inputs, outputs, lane ? { ...options, lane } : options),
      release: () => {
        for (const { key } of loadables) {
          pool.release(key);
          releaseInline(key);
        }
      },
    };
  }
}
