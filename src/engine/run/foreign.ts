/**
 * ONNX models from elsewhere: files of the user's and the networks of built-in encoders. They run off the main thread. Each
 * thread has one single-threaded session, so that results do not depend on what else runs; there are as many threads as
 * runs at a time.
 */

import type { ForeignHandlers } from "./messages.js";
import type { Feed, ForeignResult, Port } from "./ports.js";
import { foreignScript } from "./scripts.js";
import { WorkerThread } from "./worker-thread.js";

export type { Feed, ForeignResult, Port } from "./ports.js";

const errors = {
  failed: (message: string) => new Error(message),
  died: (reason: string) => new Error(`its thread died: ${reason}`),
};

const startThread = () => new WorkerThread<ForeignHandlers>(foreignScript(), errors);

/** An open ONNX model. Its methods reject with ONNX Runtime's own errors: the caller knows what the file is for. */
export class ForeignModel {
  readonly #idle: WorkerThread<ForeignHandlers>[];
  private constructor(
    readonly source: string | Uint8Array,
    first: WorkerThread<ForeignHandlers>,
    readonly inputs: readonly Port[],
    readonly outputs: readonly Port[],
  ) {
    this.#idle = [first];
  }

  /** Open a file by its path, beside which external data is looked for, or the bytes of one. */
  static async open(source: string | Uint8Array): Promise<ForeignModel> {
    const first = startThread();
    try {
      const { inputs, outputs } = await first.request("open", { source });
      return new ForeignModel(source, first, inputs, outputs);
    } catch (error) {
      first.terminate();
      throw error;
    }
  }

  /** Run once; resolves with one output. Concurrent runs take a thread each. */
  async run(feeds: Readonly<Record<string, Feed>>, output: string): Promise<ForeignResult> {
    const thread = this.#idle.pop() ?? (await this.#openAnother());
    try {
      return await thread.request("run", { feeds, output });
    } finally {
      if (!thread.isDead) this.#idle.push(thread);
    }
  }

  /** Close its sessions; none may be running. */
  release(): void {
    for (const thread of this.#idle.splice(0)) thread.terminate();
  }

  async #openAnother(): Promise<WorkerThread<ForeignHandlers>> {
    const thread = startThread();
    await thread.request("open", { source: this.source });
    return thread;
  }
}
