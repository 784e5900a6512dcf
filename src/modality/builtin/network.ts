/**
 * Networks of the built-in encoders. Their files store weights as int8 per output channel; these become float32 when the
 * file is loaded. Each network runs off the main thread, in one single-threaded session per thread, so that its outputs do
 * not depend on the number of threads. Without ONNX Runtime it runs in WebAssembly, on the thread that asks for it.
 */

import { availableParallelism } from "../../base/threads.js";
import { openNetwork } from "../../engine/network/index.js";
import { dequantised } from "../../engine/run/dequantise.js";
import { type Feed, ForeignModel, type ForeignResult } from "../../engine/run/foreign.js";
import { hasOnnxRuntime } from "../../engine/run/installed.js";
import { readEncoder } from "./files.js";

/** Largest number of threads per network: each has its own copy of the weights. */
const MAX_THREADS = 4;

/** A network of the folder `encoders`, loaded at its first run and kept. */
export class BuiltinNetwork {
  static readonly #open = new Map<string, BuiltinNetwork>();
  readonly threads = Math.max(2, Math.min(MAX_THREADS, availableParallelism()));
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #model: Promise<Pick<ForeignModel, "run">> | undefined;

  private constructor(readonly file: string) {}

  /** The network in `file`, which all callers share. */
  static of(file: string): BuiltinNetwork {
    const network = BuiltinNetwork.#open.get(file) ?? new BuiltinNetwork(file);
    BuiltinNetwork.#open.set(file, network);
    return network;
  }

  /**
   * Run once; resolves with one output. Up to `threads` runs are concurrent, later ones wait.
   *
   * @throws {InputError} if the file is missing or damaged
   */
  async run(feeds: Readonly<Record<string, Feed>>, output: string): Promise<ForeignResult> {
    if (this.#running >= this.threads) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      this.#model ??= this.#load();
      return await (await this.#model).run(feeds, output);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  async #load(): Promise<Pick<ForeignModel, "run">> {
    try {
      const bytes = await readEncoder(this.file);
      if (hasOnnxRuntime()) return await ForeignModel.open(dequantised(bytes));
      const network = await openNetwork(bytes);
      return { run: async (feeds, output) => (await network.run(feeds))[output] };
    } catch (error) {
      this.#model = undefined;
      throw error;
    }
  }
}
