/** Functions of arrays as programs: compiled on first use for each set of shapes, and cached by the engine under a key. */

import { type ArraySpec, type Arrays, leavesOf, type NDArray } from "../base/array.js";
import { concatenated, utf8Bytes } from "../base/bytes.js";
import { sha256 } from "../base/sha256.js";
import type { Engine, Started, Tensors } from "../engine/index.js";
import { withConstants } from "./constants.js";
import type { Weights } from "./weights.js";

export interface RunOptions {
  /** Whether nothing else runs at the same time, so that the program may use all threads. */
  alone?: boolean;
  /** Results of an earlier run, which are overwritten instead of allocating new arrays. */
  into?: Arrays;
  signal?: AbortSignal;
  /** Runs of one lane execute in order, so a run may be started before the run whose results it reads has ended. */
  lane?: object;
}

/** A function of tensors and its arguments. */
interface Call {
  /** Names the function: calls of one role, one model and equal shapes share a program. */
  readonly role: string;
  readonly fn: (...args: never[]) => Tensors;
  readonly args: readonly Arrays[];
  /** Leading arguments of `fn` that are compiled into the program; `role` must identify their values. */
  readonly constants?: readonly Arrays[];
}

/** The programs of one model on one engine. */
export class Programs {
  /** Digests of the weights given to {@link freeze}. */
  readonly #frozen = new WeakMap<Weights, string>();

  /** `key` identifies the model: see `ModelDefinition.key`. */
  constructor(
    readonly engine: Engine,
    readonly key: string,
  ) {}

  /** Compile `weights`, which must never change, into the programs that run with them. */
  freeze(weights: Weights): void {
    const parts = leavesOf<NDArray>(weights).flatMap(([path, { data }]) => [
      utf8Bytes(path),
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    ]);
    this.#frozen.set(weights, sha256(concatenated(parts)));
  }

  /** Release the model's programs, and end the engine's idle threads; later runs start both anew. */
  close(): void {
    this.engine.close(`${this.key} `);
  }

  /** Run `fn(params, state, ...args)`. */
  runWith<Out extends Arrays>(
    weights: Weights,
    role: string,
    fn: Call["fn"],
    args: readonly Arrays[],
    options?: RunOptions,
  ): Promise<Out> {
    const { params, state } = weights;
    const digest = this.#frozen.get(weights);
    if (digest === undefined) return this.run<Out>({ role, fn, args: [params, state, ...args] }, options);
    return this.run<Out>({ role: `${role} ${digest}`, fn, args, constants: [params, state] }, options);
  }

  /** Run a function to its end. */
  async run<Out extends Arrays>(call: Call, options?: RunOptions): Promise<Out> {
    const { results, done } = this.start<Out>(call, options);
    await done;
    return results;
  }

  /** Start a function; its result arrays are filled when `done` resolves. */
  start<Out extends Arrays>(
    { role, fn, args, constants = [] }: Call,
    options: RunOptions = {},
  ): Started<Out> {
    const { alone = false, into, signal, lane } = options;
    const shapes = args.flatMap((arg, i) =>
      leavesOf<ArraySpec>(arg, `${i}`).map(([path, { shape }]) => `${path}[${shape}]`),
    );
    const key = `${this.key} ${role} ${alone} ${shapes.join()}`;
    const program = this.engine.program<Out>(key, () =>
      withConstants(constants, (...fixed) => {
        // Cast: the constants are traced in place of the first parameters, whose types the caller knows.
        const rest = fn.bind(null, ...(fixed as never[]));
        return this.engine.compile<Out>(rest, args, { alone });
      }),
    );
    return program.start(args, { signal, lane, into });
  }
}
