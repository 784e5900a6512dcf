/** The engine: compiles functions of tensors to programs and runs them on one pool of threads. */

import { availableParallelism } from "node:os";
import type { ArraySpec, Arrays, Tree } from "../../base/array.js";
import { InputError } from "../../base/errors.js";
import type { Tensors } from "../trace/jax.js";
import { trace } from "../trace/trace.js";
import { formOf } from "./form.js";
import { type Device, devices, type EngineOptions } from "./options.js";
import { Pool } from "./pool.js";
import { type Program, programOf } from "./program.js";

/** How many programs stay open; the least recently used beyond that are released. */
const MAX_OPEN_PROGRAMS = 48;

/** Compiles functions, keeps their programs by key, and runs them on one pool. */
export class Engine {
  readonly device: Device;
  readonly threads: number;
  readonly #fuse: boolean | undefined;
  readonly #pool: Pool;
  readonly #programs = new Map<string, Program>();

  /** `fuse`: fuse every program that can be fused, or none; by default those that are faster fused (form.ts). */
  constructor(
    { threads = availableParallelism(), device = "cpu" }: EngineOptions = {},
    { fuse }: { fuse?: boolean } = {},
  ) {
    this.device = device;
    this.threads = threads;
    this.#fuse = fuse;
    this.#pool = new Pool(threads);
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
    const { device, threads } = this;
    const traced = trace(fn, args);
    const form = formOf(traced, { device, threads, fuse: this.#fuse, alone });
    return programOf<Out>(traced, args, form, { pool: this.#pool, device });
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
}

const engines = new Map<string, Engine>();

/**
 * The engine for these options. Equal options share one, with its pool and its programs.
 *
 * @throws {InputError} `engine/bad-option`
 */
export function engineFor(options: EngineOptions = {}): Engine {
  checkOptions(options);
  const key = `${options.device ?? "cpu"}:${options.threads ?? "all"}`;
  const engine = engines.get(key) ?? new Engine(options);
  engines.set(key, engine);
  return engine;
}

function checkOptions({ threads = 1, device = "cpu" }: EngineOptions): void {
  const refuse = (option: string, value: unknown, expected: string) =>
    new InputError({
      code: "engine/bad-option",
      where: `option ${option}`,
      problem: `the value is ${String(value)}`,
      expected,
      remedy: "Leave it out for the default.",
    });
  if (!Number.isInteger(threads) || threads < 1)
    throw refuse("threads", threads, "a whole number of at least 1");
  if (!devices.includes(device)) throw refuse("device", device, devices.join(" or "));
}
