/**
 * ONNX files of the user's: opened by path and run off the main thread. Each thread has one single-threaded session, so
 * that results do not depend on what else runs; there are as many threads as runs at a time.
 */

import type { ForeignHandlers } from "./messages.js";
import type { Feed, ForeignResult, Port } from "./ports.js";
import { WorkerThread } from "./worker-thread.js";

export type { Feed, ForeignResult, Port } from "./ports.js";

const errors = {
  failed: (message: string) => new Error(message),
  died: (reason: string) => new Error(`its thread died: ${reason}`),
};

const startThread = () =>
  new WorkerThread<ForeignHandlers>(new URL("./worker-foreign.mjs", import.meta.url), errors);

/** An open ONNX file. Its methods reject with ONNX Runtime's own errors: the caller knows what the file is for. */
export class ForeignModel {
  readonly #idle: WorkerThread<ForeignHandlers>[];
  private constructor(
    readonly path: string,
    first: WorkerThread<ForeignHandlers>,
    readonly inputs: readonly Port[],
    readonly outputs: readonly Port[],
  ) {
    this.#idle = [first];
  }

  /** Open the file at `path`. Files with external data are looked for beside it. */
  static async open(path: string): Promise<ForeignModel> {
    const first = startThread();
    try {
      const { inputs, outputs } = await first.request("open", { path });
      return new ForeignModel(path, first, inputs, outputs);
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
    await thread.request("open", { path: this.path });
    return thread;
  }
}
