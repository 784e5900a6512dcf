/** A pool of worker threads that run programs. Jobs wait in one queue and go to the first threads that are idle. */

import type { TypedArray } from "../../base/array.js";
import { invariant } from "../../base/errors.js";
import { later, memoryBudget } from "./host.js";
import { type Loadable, sharedArrays, threadsWithin } from "./loadable.js";
import { ProgramThread } from "./program-thread.js";
import type { JobOptions } from "./runner.js";
import { programScript } from "./scripts.js";

interface Job {
  /** By its number, the threads of a job know what the others send in it. */
  readonly run: number;
  /** What each of the job's threads runs. */
  readonly members: readonly Loadable[];
  readonly inputs: readonly TypedArray[];
  readonly outputs: readonly TypedArray[];
  readonly signal?: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Jobs that run one after another, and the threads they have while there are any. */
class Lane {
  readonly waiting: Job[] = [];
  running = 0;
  threads: readonly ProgramThread[] | undefined;

  constructor(readonly key: object) {}

  /** The next job that may start. A single thread queues its jobs itself; several threads start one job at a time. */
  next(): Job | undefined {
    return this.running === 0 || this.threads?.length === 1 ? this.waiting.shift() : undefined;
  }
}

/** Milliseconds without a job after which a pool ends its threads. */
const IDLE_TIME = 30_000;

/** Pools without a job that keep their threads: engines of different numbers of threads may be used in turn. */
const MAX_RESTING = 2;

/** The pools without a job that have threads, the one that has rested longest first. */
const resting = new Set<Pool>();

/** Up to `size` threads behind one queue. If a thread dies, its jobs fail and a new thread takes its place. */
export class Pool {
  readonly #threads: ProgramThread[] = [];
  readonly #idle: ProgramThread[] = [];
  readonly #lanes = new Map<object, Lane>();
  /** Lanes that wait for threads. */
  readonly #queue: Lane[] = [];
  #runs = 0;
  /** Prevents that the threads end, as they do once they have been idle for {@link IDLE_TIME}. */
  #stay = () => {};
  /** Whether the threads end after the last job. */
  #closes = false;

  /** `budget`: bytes of memory that one program may take on all threads together. */
  constructor(
    readonly size: number,
    readonly script = programScript(),
    readonly budget = memoryBudget(),
  ) {}

  /** Run a program once, each of its members on a thread of its own; at most as many as there are threads. */
  run(
    members: readonly Loadable[],
    inputs: readonly TypedArray[],
    outputs: readonly TypedArray[],
    { signal, lane: key = {} }: JobOptions = {},
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const lane = this.#lanes.get(key) ?? new Lane(key);
      this.#wake();
      lane.waiting.push({ run: ++this.#runs, members, inputs, outputs, signal, resolve, reject });
      if (this.#lanes.has(key)) this.#advance(lane);
      else {
        this.#lanes.set(key, lane);
        this.#queue.push(lane);
        this.#dispatch();
      }
    });
  }

  /** Close a program on every thread. */
  release(key: string): void {
    for (const thread of this.#threads) thread.release(key).catch(() => {});
  }

  /** End the threads as soon as no job runs or waits; a later job starts them anew. */
  close(): void {
    this.#stay();
    resting.delete(this);
    this.#closes = this.#lanes.size > 0;
    if (this.#closes) return;
    for (const thread of this.#threads.splice(0)) thread.terminate();
    this.#idle.length = 0;
  }

  /** A job comes: the threads stay. */
  #wake(): void {
    this.#closes = false;
    this.#stay();
    resting.delete(this);
  }

  /** No job is left: end the threads later, and now those of the pool that has rested longest, if many do. */
  #sleep(): void {
    if (this.#closes) {
      this.close();
      return;
    }
    this.#stay();
    this.#stay = later(() => this.close(), IDLE_TIME);
    resting.add(this);
    for (const pool of resting) {
      if (resting.size <= MAX_RESTING) return;
      pool.close();
    }
  }

  /** Give threads to the lanes that wait for some, in their order. */
  #dispatch(): void {
    while (this.#queue.length > 0) {
      this.#removeDead();
      const { members } = this.#queue[0].waiting[0];
      const most = Math.min(this.size, threadsWithin(this.budget, members));
      // The first threads first, so that as few as possible open a program, and only the first one a large program.
      const able = () => this.#threads.slice(0, most).filter((thread) => this.#idle.includes(thread));
      while (able().length < members.length && this.#threads.length < most) {
        const thread = new ProgramThread(this.script);
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

  #removeDead(): void {
    for (const list of [this.#threads, this.#idle])
      for (const thread of list.filter(({ isDead }) => isDead)) list.splice(list.indexOf(thread), 1);
  }

  /** Start the jobs of a lane that may start; a lane without jobs returns its threads. */
  #advance(lane: Lane): void {
    const { threads } = lane;
    if (!threads) return;
    for (let job = lane.next(); job; job = lane.next()) {
      lane.running++;
      void execute(job, threads).finally(() => {
        lane.running--;
        this.#advance(lane);
      });
    }
    if (lane.running > 0) return;
    this.#lanes.delete(lane.key);
    this.#idle.push(...threads);
    this.#dispatch();
    if (this.#lanes.size === 0) this.#sleep();
  }
}

/** Run a job on as many threads as it has members. */
async function execute(job: Job, threads: readonly ProgramThread[]): Promise<void> {
  const { run, members, inputs, outputs } = job;
  try {
    job.signal?.throwIfAborted();
    invariant(threads.length === members.length, "the jobs of a lane take different numbers of threads");
    const arrays = sharedArrays(inputs, outputs);
    const runs = threads.map((thread, i) => thread.run(members[i], arrays, run));
    for (const outcome of await Promise.allSettled(runs))
      if (outcome.status === "rejected") throw outcome.reason;
    job.resolve();
  } catch (error) {
    job.reject(error);
  }
}
