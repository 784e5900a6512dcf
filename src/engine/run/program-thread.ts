/** A worker thread of the pool, and the programs that are open on it. */

import { InputError, RunError } from "../../base/errors.js";
import { bytesOf, type Loadable } from "./loadable.js";
import type { ProgramHandlers, SharedArrays } from "./messages.js";
import { WorkerThread } from "./worker-thread.js";

/** Bytes that the programs that are open on a thread may take together, if there are several. */
const MAX_THREAD_BYTES = 3 * 2 ** 30;

const errors = {
  failed: (message: string) => new RunError("engine/run-failed", message),
  died: (reason: string) => new RunError("engine/thread-died", `a worker thread died: ${reason}`),
};

export class ProgramThread {
  readonly #worker: WorkerThread<ProgramHandlers>;
  /** Bytes of each open program, the least recently used first. */
  readonly #open = new Map<string, number>();

  constructor(script: URL) {
    this.#worker = new WorkerThread(script, errors);
  }

  /** Whether the thread has ended; it can run nothing more. */
  get isDead(): boolean {
    return this.#worker.isDead;
  }

  /** Open the program, unless it is open, and run it once. `run` is the number of the run. */
  async run(program: Loadable, arrays: SharedArrays, run: number): Promise<void> {
    const { key } = program;
    const opening = this.#open.has(key) ? this.#markUsed(key) : this.#load(program);
    const running = this.#worker.request("run", { key, run, ...arrays });
    // If opening fails, so does the run, with the error that there is no such program: report the first.
    for (const outcome of await Promise.allSettled([opening, running]))
      if (outcome.status === "rejected") throw outcome.reason;
  }

  /** Close the program, if it is open. */
  async release(key: string): Promise<void> {
    if (this.#open.delete(key)) await this.#worker.request("release", { key });
  }

  /** End the thread; it must run nothing. */
  terminate(): void {
    this.#worker.terminate();
  }

  #markUsed(key: string): void {
    const bytes = this.#open.get(key)!;
    this.#open.delete(key);
    this.#open.set(key, bytes);
  }

  async #load(program: Loadable): Promise<void> {
    const { key, source, device } = program;
    const bytes = bytesOf(program);
    this.#makeRoom(bytes);
    this.#open.set(key, bytes);
    try {
      await this.#worker.request("load", { key, source, device });
    } catch (error) {
      this.#open.delete(key);
      throw device === "webgpu" ? noWebGpu(error as Error) : error;
    }
  }

  /** Close the least recently used programs until one of so many bytes fits. */
  #makeRoom(bytes: number): void {
    let total = [...this.#open.values()].reduce((sum, used) => sum + used, bytes);
    for (const [key, used] of this.#open) {
      if (total <= MAX_THREAD_BYTES) return;
      if (used === 0) continue;
      total -= used;
      this.release(key).catch(() => {});
    }
  }
}

function noWebGpu(cause: Error): InputError {
  return new InputError(
    {
      code: "engine/no-webgpu",
      where: "device webgpu",
      problem: `ONNX Runtime could not use it here (${cause.message})`,
      expected: "a WebGPU adapter (a GPU with its driver)",
      remedy: "Use --device cpu.",
    },
    { cause },
  );
}
