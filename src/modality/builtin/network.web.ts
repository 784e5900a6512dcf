/** Networks of the built-in encoders in a page, run in WebAssembly by the worker that asks for them. */

import { type Network, openNetwork } from "../../engine/network/index.js";
import type { Feed, ForeignResult } from "../../engine/run/ports.js";
import { readEncoder } from "./files.js";

/** A network of the folder `encoders`, loaded at its first run and kept. */
export class BuiltinNetwork {
  static readonly #open = new Map<string, BuiltinNetwork>();
  /** Runs at a time: later ones wait. */
  readonly threads = 1;
  #network: Promise<Network> | undefined;

  private constructor(readonly file: string) {}

  /** The network in `file`, which all callers share. */
  static of(file: string): BuiltinNetwork {
    const network = BuiltinNetwork.#open.get(file) ?? new BuiltinNetwork(file);
    BuiltinNetwork.#open.set(file, network);
    return network;
  }

  /** Run once; resolves with one output. @throws {InputError} if the file cannot be fetched or is another */
  async run(feeds: Readonly<Record<string, Feed>>, output: string): Promise<ForeignResult> {
    this.#network ??= this.#load();
    return (await (await this.#network).run(feeds))[output];
  }

  async #load(): Promise<Network> {
    try {
      return await openNetwork(await readEncoder(this.file));
    } catch (error) {
      this.#network = undefined;
      throw error;
    }
  }
}
