/**
 * ONNX files that others made: opened by path and run as they are, off the main thread. Each thread has a session of
 * its own, single-threaded, so that a result is the same whatever else runs; there are as many as runs at a time.
 * It is imported by its own name, so that public types reach no engine internals.
 */

import { startThread } from "./threads.js";

/** An input or an output: its element type, and its axes, by name where their size is free. */
export interface Port {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** One input of a run. */
export interface Feed {
  readonly type: "float32" | "int64" | "uint8";
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Uint8Array;
}

/** One output of a run. */
export interface ForeignResult {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** A thread with a session. It keeps the process alive only while it works. */
class SessionThread {
  readonly #worker = startThread(new URL("./worker-foreign.mjs", import.meta.url));
  #waiting: { resolve: (reply: never) => void; reject: (reason: Error) => void } | undefined;
  /** Set once the thread is gone. */
  #dead: Error | undefined;

  constructor() {
    this.#worker.unref();
    this.#worker.on("message", (reply: { error?: string }) => {
      if (reply.error === undefined) this.#waiting?.resolve(reply as never);
      else this.#waiting?.reject(new Error(reply.error));
    });
    const die = (reason: string) => {
      this.#dead ??= new Error(`its thread died: ${reason}`);
      this.#waiting?.reject(this.#dead);
    };
    this.#worker.on("error", (error) => die(error.message));
    this.#worker.on("exit", (code) => die(`exit code ${code}`));
  }

  get dead(): boolean {
    return this.#dead !== undefined;
  }

  async ask<Reply>(message: object): Promise<Reply> {
    if (this.#dead) throw this.#dead;
    this.#worker.ref();
    try {
      return await new Promise<Reply>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#worker.postMessage(message);
      });
    } finally {
      this.#worker.unref();
    }
  }

  end(): void {
    void this.#worker.terminate();
  }
}

/** An ONNX file that is open. Errors are the runtime's own: whoever asked knows what the file is for. */
export class ForeignModel {
  readonly #idle: SessionThread[];
  private constructor(
    readonly path: string,
    first: SessionThread,
    readonly inputs: readonly Port[],
    readonly outputs: readonly Port[],
  ) {
    this.#idle = [first];
  }

  /** Open the file at `path`; files with its weights are looked for beside it, as ONNX says. */
  static async open(path: string): Promise<ForeignModel> {
    const first = new SessionThread();
    try {
      const { inputs, outputs } = await first.ask<Ports>({ path });
      return new ForeignModel(path, first, inputs, outputs);
    } catch (error) {
      first.end();
      throw error;
    }
  }

  /** Run once, and give one output. A run while others go on takes another thread. */
  async run(feeds: Readonly<Record<string, Feed>>, output: string): Promise<ForeignResult> {
    const thread = this.#idle.pop() ?? (await this.#another());
    try {
      return await thread.ask<ForeignResult>({ feeds, output });
    } finally {
      if (!thread.dead) this.#idle.push(thread);
    }
  }

  /** Close its sessions; none of them may be running. */
  release(): void {
    for (const thread of this.#idle.splice(0)) thread.end();
  }

  async #another(): Promise<SessionThread> {
    const thread = new SessionThread();
    await thread.ask({ path: this.path });
    return thread;
  }
}
