/** Compiles functions of tensors to programs and keeps them by key. Nothing here needs Node. */

import type { ArraySpec, Arrays, Tree } from "../../base/array.js";
import type { Tensors } from "../trace/jax.js";
import { trace } from "../trace/trace.js";
import { formOf } from "./form.js";
import type { Device, Runtime } from "./options.js";
import { type Program, programOf } from "./program.js";
import type { Runner } from "./runner.js";

/** How many programs stay open; the least recently used beyond that are released. */
const MAX_OPEN_PROGRAMS = 48;

/** How programs of an engine are compiled. */
interface CoreOptions {
  readonly device: Device;
  readonly runtime: Runtime;
  /** Fuse every program that can be fused, or none; by default those that are faster fused (form.ts). */
  readonly fuse?: boolean;
}

/** Compiles functions, keeps their programs by key, and runs them by one runner. */
export class EngineCore {
  readonly device: Device;
  readonly runtime: Runtime;
  readonly threads: number;
  readonly #fuse: boolean | undefined;
  readonly #runner: Runner;
  readonly #programs = new Map<string, Program>();

  constructor(runner: Runner, { device, runtime, fuse }: CoreOptions) {
    this.device = device;
    this.runtime = runtime;
    this.threads = runner.threads;
    this.#fuse = fuse;
    this.#runner = runner;
  }

  /**
   * Compile `fn` for arguments like `args` (arrays or their specs).
   *
   * A program that runs `alone` may be divided among several threads or, if it is short, run on the calling thread,
   * unless it is run in a lane. Its results are the same.
   *
   * @throws {InputError} `engine/primitive-not-lowered` if the function uses a primitive that has no ONNX form.
   * @throws {InputError} `engine/too-large` if its arrays exceed 4 GB.
   * @example const square = engine.compile((x: Tensor) => x.mul(x), [{ dtype: "float32", shape: [3] }]);
   */
  compile<Out extends Arrays = Arrays>(
    fn: (...args: never[]) => Tensors,
    args: readonly Tree<ArraySpec>[],
    { alone = false }: { alone?: boolean } = {},
  ): Program<Out> {
    const { device, runtime, threads } = this;
    const traced = trace(fn, args);
    const form = formOf(traced, { device, runtime, threads, fuse: this.#fuse, alone });
    return programOf<Out>(traced, args, form, this.#runner);
  }

  /** The program kept under `key`, compiled on first use. */
  program<Out extends Arrays = Arrays>(key: string, compile: () => Program<Out>): Program<Out> {
    // One key always has the same function, and so results of the same structure.
    const program = (this.#programs.get(key) as Program<Out> | undefined) ?? compile();
    this.#programs.delete(key);
    this.#programs.set(key, program);
    for (const [oldest, unused] of this.#programs) {
      if (this.#programs.size <= MAX_OPEN_PROGRAMS) break;
      this.#programs.delete(oldest);
      unused.release();
    }
    return program;
  }

  /** Release the programs whose key begins with `start`, and end the idle threads; later runs start both anew. */
  close(start = ""): void {
    for (const [key, program] of this.#programs) {
      if (!key.startsWith(start)) continue;
      this.#programs.delete(key);
      program.release();
    }
    this.#runner.close();
  }
}
