/** A pool of worker threads that run programs; jobs wait in one queue and go to the first idle worker. */

import { Worker } from "node:worker_threads";
import type { TypedArray } from "../base/array.js";
import { InputError, RunError } from "../base/errors.js";
import type { Assembled } from "./fuse/assemble.js";
import type { NamedSpec } from "./onnx.js";
import type { Device } from "./options.js";

/** What a worker needs to open a program: one model, or kernels and models that take turns. */
export interface Loadable {
  readonly key: string;
  readonly device: Device;
  readonly program:
    | {
        readonly kind: "model";
        readonly bytes: Uint8Array;
        readonly inputs: readonly NamedSpec[];
        readonly outputs: readonly NamedSpec[];
      }
    | {
        readonly kind: "fused";
        readonly assembled: Assembled;
        /** Which of the program's members it is, and the memory that they share. */
        readonly member: number;
        readonly flags: Int32Array;
        readonly crossing: Uint8Array;
      };
}

interface Job {
  /** Its number; the threads of a job know each other's work by it. */
  readonly turn: number;
  /** What each of the threads that the job takes runs. */
  readonly members: readonly Loadable[];
  readonly inputs: readonly TypedArray[];
  readonly outputs: readonly TypedArray[];
  readonly signal?: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** One thread; its messages go one after another. It keeps the process alive only while it works. */
class Thread {
  readonly #worker: Worker;
  readonly #loaded = new Set<string>();
  /** Set once the thread is gone; it takes no more work then. */
  dead: RunError | undefined;
  #tail: Promise<void> = Promise.resolve();
  #waiting: { resolve: () => void; reject: (reason: Error) => void } | undefined;

  constructor(script: URL) {
    this.#worker = new Worker(script, { execArgv: [] });
    this.#worker.unref();
    this.#worker.on("message", ({ error }: { error?: string }) => {
      if (error === undefined) this.#waiting?.resolve();
      else this.#waiting?.reject(new RunError("engine/run-failed", error));
    });
    const die = (reason: string) => {
      this.dead ??= new RunError("engine/thread-died", `a worker thread died: ${reason}`);
      this.#waiting?.reject(this.dead);
    };
    this.#worker.on("error", (error) => die(error.message));
    this.#worker.on("exit", (code) => die(`exit code ${code}`));
  }

  /** Load the program if this thread has not, and run it once. */
  run(program: Loadable, { inputs, outputs, turn }: Job): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#loaded.has(program.key)) {
        const { key, device, program: contents } = program;
        await this.#send({ type: "load", key, program: { ...contents, device } }).catch((error) => {
          throw program.device === "webgpu" ? noAdapter(error) : error;
        });
        this.#loaded.add(program.key);
      }
      await this.#send({ type: "run", key: program.key, turn, ...placesOf({ inputs, outputs }) });
    });
  }

  /** Close the program's session here, if there is one. */
  release(key: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#loaded.delete(key)) await this.#send({ type: "release", key });
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }

  async #send(message: object): Promise<void> {
    if (this.dead) throw this.dead;
    this.#worker.ref();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#worker.postMessage(message);
      });
    } finally {
      this.#worker.unref();
    }
  }
}

/**
 * Where arrays are: each buffer once, and two numbers an array, its buffer and the byte at which it starts there. A
 * message of many arrays costs far more.
 */
function placesOf({ inputs, outputs }: Pick<Job, "inputs" | "outputs">) {
  const buffers = [...new Set([...inputs, ...outputs].map(({ buffer }) => buffer))];
  const index = new Map(buffers.map((buffer, i) => [buffer, i]));
  const places = (arrays: readonly TypedArray[]) =>
    arrays.flatMap(({ buffer, byteOffset }) => [index.get(buffer)!, byteOffset]);
  return { buffers, inputs: places(inputs), outputs: places(outputs) };
}

function noAdapter(cause: Error): InputError {
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

/** Up to `size` threads behind one queue. A thread that dies fails the job it had and is replaced by the next. */
export class Pool {
  readonly #threads: Thread[] = [];
  readonly #idle: Thread[] = [];
  readonly #queue: Job[] = [];
  #turns = 0;

  constructor(
    readonly size: number,
    readonly script = new URL("./worker.mjs", import.meta.url),
  ) {}

  /**
   * Run a program once, each of its members on a thread of its own; there are at most as many as threads. Rejects with
   * the signal's reason if it is aborted before the run starts.
   */
  run(
    members: readonly Loadable[],
    inputs: readonly TypedArray[],
    outputs: readonly TypedArray[],
    signal?: AbortSignal,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ turn: ++this.#turns, members, inputs, outputs, signal, resolve, reject });
      this.#dispatch();
    });
  }

  /** Close the program's sessions on every thread. */
  release(key: string): void {
    for (const thread of this.#threads) thread.release(key).catch(() => {});
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      this.#bury();
      const { length: needed } = this.#queue[0].members;
      while (this.#idle.length < needed && this.#threads.length < this.size) {
        const thread = new Thread(this.script);
        this.#threads.push(thread);
        this.#idle.push(thread);
      }
      if (this.#idle.length < needed) return;
      // In their order, so that a member is loaded by as few threads as can be.
      this.#idle.sort((a, b) => this.#threads.indexOf(a) - this.#threads.indexOf(b));
      void this.#work(this.#idle.splice(0, needed), this.#queue.shift()!);
    }
  }

  /** Forget the threads that died. */
  #bury(): void {
    for (const list of [this.#threads, this.#idle])
      for (const thread of list.filter(({ dead }) => dead)) list.splice(list.indexOf(thread), 1);
  }

  async #work(threads: readonly Thread[], job: Job): Promise<void> {
    try {
      job.signal?.throwIfAborted();
      const runs = threads.map((thread, i) => thread.run(job.members[i], job));
      for (const outcome of await Promise.allSettled(runs))
        if (outcome.status === "rejected") throw outcome.reason;
      job.resolve();
    } catch (error) {
      job.reject(error);
    }
    this.#idle.push(...threads);
    this.#dispatch();
  }
}
