/**
 * Networks of the built-in encoders in a page, run in WebAssembly: by the worker that asks for them or, in an isolated page,
 * by threads, each of which has the network.
 */

import { Budget } from "../../base/budget.js";
import { availableParallelism } from "../../base/threads.js";
import { openNetwork } from "../../engine/network/index.js";
import { type Feed, ForeignModel, type ForeignResult } from "../../engine/run/foreign.js";
import { readEncoder } from "./files.js";

/** A network of the folder `encoders`, loaded at its first run and kept. */
export class BuiltinNetwork {
  static readonly #open = new Map<string, BuiltinNetwork>();
  /** Runs at a time: later ones wait. */
  readonly threads = availableParallelism();
  readonly #running = new Budget(this.threads);
  #network: Promise<Pick<ForeignModel, "run">> | undefined;

  private constructor(readonly file: string) {}

  /** The network in `file`, which all callers share. */
  static of(file: string): BuiltinNetwork {
    const network = BuiltinNetwork.#open.get(file) ?? new BuiltinNetwork(file);
    BuiltinNetwork.#open.set(file, network);
    return network;
  }

  /** Run once; resolves with one output. @throws {InputError} if the file cannot be fetched or is another */
  run(feeds: Readonly<Record<string, Feed>>, output: string): Promise<ForeignResult> {
    return this.#running.use(1, async () => (await this.#opened()).run(feeds, output));
  }

  /** Load the network before its first run. @throws {InputError} if the file cannot be fetched or is another */
  async open(): Promise<void> {
    await this.#opened();
  }

  #opened(): Promise<Pick<ForeignModel, "run">> {
    this.#network ??= this.#load();
    return this.#network;
  }

  async #load(): Promise<Pick<ForeignModel, "run">> {
    try {
      const bytes = await readEncoder(this.file);
      if (availableParallelism() > 1) {
        const threaded = await ForeignModel.open(bytes).catch((error: Error) => error);
        if (!(threaded instanceof Error)) return threaded;
        // Otherwise the page has found that it can start no thread.
        if (availableParallelism() > 1) throw threaded;
      }
      const network = await openNetwork(bytes);
      return { run: async (feeds, output) => (await network.run(feeds))[output] };
    } catch (error) {
      this.#network = undefined;
      throw error;
    }
  }
}
