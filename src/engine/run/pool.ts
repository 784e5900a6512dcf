/** A pool of worker threads that run programs; jobs wait in one queue and go to the first idle worker. */

import { totalmem } from "node:os";
import type { Worker } from "node:worker_threads";
import type { TypedArray } from "../../base/array.js";
import { InputError, invariant, RunError } from "../../base/errors.js";
import { type Assembled, PAGE } from "../fuse/codegen/assemble.js";
import type { NamedSpec } from "../lower/onnx.js";
import type { Device } from "./options.js";
import { startThread } from "./threads.js";

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

/** How a job is run. */
export interface JobOptions {
  /** Rejects with its reason if it is aborted before the job starts. */
  readonly signal?: AbortSignal;
  /**
   * Jobs of one lane run one after another on the same threads, in the order in which they are given, so that one may
   * read what the one before writes. They can be given before that one has ended, which saves a thread the time in which
   * word would go back and forth.
   */
  readonly lane?: object;
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

/** Bytes that the programs open on a thread hold together, if they are several. */
const THREAD_MEMORY = 3 * 2 ** 30;

/** Bytes of a program's memory; what ONNX Runtime holds by itself is not known. */
const bytesOf = ({ program }: Loadable): number =>
  program.kind === "fused" ? program.assembled.pages * PAGE : 0;

/** One thread; it does its messages one after another. It keeps the process alive only while it works. */
class Thread {
  readonly #worker: Worker;
  /** Bytes of the memory of each program that is open here, the longest unused first. */
  readonly #loaded = new Map<string, number>();
  /** Set once the thread is gone; it takes no more work then. */
  dead: RunError | undefined;
  /** Who waits for an answer, in the order of their messages. */
  #waiting: { resolve: () => void; reject: (reason: Error) => void }[] = [];

  constructor(script: URL) {
    this.#worker = startThread(script);
    this.#worker.unref();
    this.#worker.on("message", ({ error }: { error?: string }) => {
      const asked = this.#waiting.shift();
      if (this.#waiting.length === 0) this.#worker.unref();
      if (error === undefined) asked?.resolve();
      else asked?.reject(new RunError("engine/run-failed", error));
    });
    const die = (reason: string) => {
      this.dead ??= new RunError("engine/thread-died", `a worker thread died: ${reason}`);
      for (const { reject } of this.#waiting.splice(0)) reject(this.dead);
    };
    this.#worker.on("error", (error) => die(error.message));
    this.#worker.on("exit", (code) => die(`exit code ${code}`));
  }

  /** Load the program if this thread has not, and run it once. */
  async run(program: Loadable, { inputs, outputs, turn }: Job): Promise<void> {
    const loading = this.#loaded.has(program.key) ? this.#touch(program.key) : this.#load(program);
    const running = this.#send({ type: "run", key: program.key, turn, ...placesOf({ inputs, outputs }) });
    // Why it could not be loaded says more than that it is not there to be run.
    const [loaded, ran] = await Promise.allSettled([loading, running]);
    for (const outcome of [loaded, ran]) if (outcome.status === "rejected") throw outcome.reason;
  }

  /** Note that a program is used. */
  #touch(key: string): void {
    const bytes = this.#loaded.get(key)!;
    this.#loaded.delete(key);
    this.#loaded.set(key, bytes);
  }

  /** Close programs, the longest unused first, until there is room for one of so many bytes. */
  #makeRoom(bytes: number): void {
    let held = [...this.#loaded.values()].reduce((sum, own) => sum + own, bytes);
    for (const [key, own] of this.#loaded) {
      if (held <= THREAD_MEMORY) return;
      if (own === 0) continue;
      held -= own;
      this.release(key).catch(() => {});
    }
  }

  async #load(loadable: Loadable): Promise<void> {
    const { key, device, program } = loadable;
    const bytes = bytesOf(loadable);
    this.#makeRoom(bytes);
    this.#loaded.set(key, bytes);
    try {
      await this.#send({ type: "load", key, program: { ...program, device } });
    } catch (error) {
      this.#loaded.delete(key);
      throw device === "webgpu" ? noAdapter(error as Error) : error;
    }
  }

  /** Close the program's session here, if there is one. */
  async release(key: string): Promise<void> {
    if (this.#loaded.delete(key)) await this.#send({ type: "release", key });
  }

  #send(message: object): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      if (this.dead) throw this.dead;
      this.#worker.ref();
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(message);
    });
  }
}

/**
 * Where arrays are: each buffer once, and two numbers an array, its buffer and the byte at which it starts there. A
 * message of many arrays costs far more.
 */
export function placesOf({ inputs, outputs }: Pick<Job, "inputs" | "outputs">) {
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

/** Bytes that the memories of one program on all threads may take together: a third of the machine's. */
function memoryBudget(): number {
  const constrained = process.constrainedMemory();
  return Math.min(totalmem(), constrained > 0 ? constrained : Number.POSITIVE_INFINITY) / 3;
}

/** How many threads may have a program open, each with a memory of its own, within `budget` bytes. */
export function threadsWithin(budget: number, members: readonly Loadable[]): number {
  return Math.max(members.length, Math.floor(budget / Math.max(1, ...members.map(bytesOf))));
}

/** Jobs one after another, and the threads they have while there are any. */
class Lane {
  readonly waiting: Job[] = [];
  running = 0;
  threads: readonly Thread[] | undefined;

  constructor(readonly key: object) {}

  /** The next job that may start; a thread takes its jobs one by one, but several threads do not wait for each other. */
  next(): Job | undefined {
    return this.running === 0 || this.threads?.length === 1 ? this.waiting.shift() : undefined;
  }
}

/** Up to `size` threads behind one queue. A thread that dies fails the jobs it had and is replaced by the next. */
export class Pool {
  readonly #threads: Thread[] = [];
  readonly #idle: Thread[] = [];
  readonly #lanes = new Map<object, Lane>();
  /** Lanes that wait for threads. */
  readonly #queue: Lane[] = [];
  #turns = 0;

  constructor(
    readonly size: number,
    readonly script = new URL("./worker.mjs", import.meta.url),
    readonly budget = memoryBudget(),
  ) {}

  /** Run a program once, each of its members on a thread of its own; there are at most as many as threads. */
  run(
    members: readonly Loadable[],
    inputs: readonly TypedArray[],
    outputs: readonly TypedArray[],
    { signal, lane: key = {} }: JobOptions = {},
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const lane = this.#lanes.get(key) ?? new Lane(key);
      lane.waiting.push({ turn: ++this.#turns, members, inputs, outputs, signal, resolve, reject });
      if (this.#lanes.has(key)) this.#advance(lane);
      else {
        this.#lanes.set(key, lane);
        this.#queue.push(lane);
        this.#dispatch();
      }
    });
  }

  /** Close the program's sessions on every thread. */
  release(key: string): void {
    for (const thread of this.#threads) thread.release(key).catch(() => {});
  }

  /** Give threads to the lanes that wait for some, in their order. */
  #dispatch(): void {
    while (this.#queue.length > 0) {
      this.#bury();
      const { members } = this.#queue[0].waiting[0];
      const most = Math.min(this.size, threadsWithin(this.budget, members));
      // In their order, so that a member is loaded by as few threads as can be, and by the first alone if it is large.
      const able = () => this.#threads.slice(0, most).filter((thread) => this.#idle.includes(thread));
      while (able().length < members.length && this.#threads.length < most) {
        const thread = new Thread(this.script);
        this.#threads.push(thread);
        this.#idle.push(thread);
      }
      const threads = able().slice(0, members.length);
      if (threads.length < members.length) return;
      for (const thread of threads) this.#idle.splice(this.#idle.indexOf(thread), 1);
      const lane = this.#queue.shift()!;
      lane.threads = threads;
      this.#advance(lane);
    }
  }

  /** Forget the threads that died. */
  #bury(): void {
    for (const list of [this.#threads, this.#idle])
      for (const thread of list.filter(({ dead }) => dead)) list.splice(list.indexOf(thread), 1);
  }

  /** Start what a lane that has threads may start; without jobs, it gives the threads back. */
  #advance(lane: Lane): void {
    const { threads } = lane;
    if (!threads) return;
    for (let job = lane.next(); job; job = lane.next()) {
      lane.running++;
      void work(threads, job).finally(() => {
        lane.running--;
        this.#advance(lane);
      });
    }
    if (lane.running > 0) return;
    this.#lanes.delete(lane.key);
    this.#idle.push(...threads);
    this.#dispatch();
  }
}

/** Run a job on as many threads as it has members. */
async function work(threads: readonly Thread[], job: Job): Promise<void> {
  try {
    job.signal?.throwIfAborted();
    invariant(threads.length === job.members.length, "the jobs of a lane take different numbers of threads");
    const runs = threads.map((thread, i) => thread.run(job.members[i], job));
    for (const outcome of await Promise.allSettled(runs))
      if (outcome.status === "rejected") throw outcome.reason;
    job.resolve();
  } catch (error) {
    job.reject(error);
  }
}
