/** Functions of arrays as programs: compiled on first use for the shapes they meet, kept by the engine under a name. */

import { createHash } from "node:crypto";
import { type ArraySpec, type Arrays, leavesOf, type NDArray, type Tree } from "../base/array.js";
import type { Engine, Started, Tensors } from "../engine/index.js";
import { withConstants } from "./constants.js";

/** Everything that gradient or averages change. */
export interface Weights {
  readonly params: Arrays;
  readonly state: Arrays;
}

export interface RunOptions {
  /** Nothing else is run meanwhile, so the program may use all threads. */
  alone?: boolean;
  /** What an earlier run gave: it is overwritten, instead of new arrays. */
  into?: Arrays;
  signal?: AbortSignal;
  /** Runs of one lane may be given before the one before, of which they read what it writes, has ended. */
  lane?: object;
}

/** A function, what names it, what it takes, and what it takes that is the same at every run under its name. */
type Run = [
  role: string,
  fn: (...args: never[]) => Tensors,
  args: readonly Arrays[],
  options?: RunOptions,
  constants?: readonly Arrays[],
];

/** The programs of one model, which `key` names. */
export class Programs {
  /** A digest of each weights that never change. */
  readonly #frozen = new WeakMap<Weights, string>();

  constructor(
    readonly engine: Engine,
    readonly key: string,
  ) {}

  /**
   * Hold `weights`, which never change, as constants of the programs that run with them.
   */
  freeze(weights: Weights): void {
    const hash = createHash("sha256");
    for (const [path, { data }] of leavesOf(weights as unknown as Tree<NDArray>))
      hash
        .update(path)
        .update(Uint8Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
    this.#frozen.set(weights, hash.digest("hex"));
  }

  /** Run a function of parameters, state and `args`. */
  runOn<Out extends Arrays>(
    weights: Weights,
    role: string,
    fn: (...args: never[]) => Tensors,
    args: readonly Arrays[],
    options?: RunOptions,
  ): Promise<Out> {
    const { params, state } = weights;
    const digest = this.#frozen.get(weights);
    if (digest === undefined) return this.run<Out>(role, fn, [params, state, ...args], options);
    return this.run<Out>(`${role} ${digest}`, fn, args, options, [params, state]);
  }

  /** Run a function to its end. */
  async run<Out extends Arrays>(...[role, fn, args, options, constants]: Run): Promise<Out> {
    const { results, done } = this.start<Out>(role, fn, args, options, constants);
    await done;
    return results;
  }

  /** Run a function; and where its results will be. */
  start<Out extends Arrays>(...[role, fn, args, options, constants = []]: Run): Started<Out> {
    const shapes = leavesOf(args as Tree<ArraySpec>).map(([path, { shape }]) => `${path}[${shape}]`);
    const { alone = false, into, signal, lane } = options ?? {};
    const key = `${this.key} ${role} ${alone} ${shapes.join()}`;
    const program = this.engine.program<Out>(key, () =>
      withConstants(constants, (...fixed) =>
        this.engine.compile<Out>((...rest) => fn(...(fixed as never[]), ...rest), args as Tree<ArraySpec>[], {
          alone,
        }),
      ),
    );
    return program.start(args, { signal, lane, into });
  }
}
