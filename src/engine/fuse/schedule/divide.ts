/**
 * Divides the steps of one program among threads, by list scheduling (Topcuoglu, Hariri, Wu, 2002).
 *
 * Each thread has a memory of its own with the same layout, runs its steps in their order, and sends what steps of other
 * threads read. The division follows from the steps alone. It changes where a number is computed and not how, so results
 * do not depend on the number of threads.
 *
 * A step goes to the thread that has most of what it reads, or, if that is little, to the thread that finishes it first.
 * A kernel that reads only the program's inputs runs on all threads, unless it writes to an array that one thread has
 * begun: arrays are sent whole.
 */

/** Bytes of memory that one step writes and others read. */
interface Region {
  /** The tensor whose memory it is in. All regions of it that kernels write belong to one thread. */
  readonly place: string;
  readonly address: number;
  readonly bytes: number;
}

/** A step as work to be scheduled. */
export interface Task {
  /** Estimated run time in seconds. */
  readonly seconds: number;
  /** Places that it reads. */
  readonly reads: readonly string[];
  readonly writes: readonly Region[];
  readonly kernel: boolean;
}

/** A region that one thread sends to another, after the task that writes it and before the one that reads it. */
interface Transfer {
  readonly region: Region;
  readonly from: number;
  readonly to: number;
  readonly after: number;
  readonly before: number;
}

export interface Division {
  /** The thread of each task, or `ALL_THREADS`. */
  readonly threads: readonly (number | typeof ALL_THREADS)[];
  readonly transfers: readonly Transfer[];
  /** The thread that has each place at the end. */
  readonly owners: ReadonlyMap<string, number>;
}

export const ALL_THREADS = -1;

/** Bytes that a step reads from one thread, from which on it runs there. */
const HOME_BYTES = 1 << 17;
/** Seconds that a transfer takes: to wake the other thread, and per byte. */
const WAKE_SECONDS = 30e-6;
const SECONDS_PER_BYTE = 1 / 4e9;

/** The thread of each task, of `count` threads, and what they send each other. */
export function divide(tasks: readonly Task[], count: number): Division {
  return new ListScheduler(tasks, count).divide();
}

interface Writer {
  readonly task: number;
  readonly region: Region;
}

class ListScheduler {
  readonly #threads: number[] = [];
  /** When each thread is free, and when each task is finished, in seconds. */
  readonly #free: number[];
  readonly #finished: number[] = [];
  readonly #writers = new Map<string, Writer[]>();
  readonly #writtenByKernels: ReadonlySet<string>;
  /** Places that all threads have. */
  readonly #onAllThreads = new Set<string>();
  readonly #sent = new Set<string>();
  readonly #transfers: Transfer[] = [];

  constructor(
    readonly tasks: readonly Task[],
    readonly count: number,
  ) {
    this.#free = Array(count).fill(0);
    this.#writtenByKernels = new Set(
      tasks.flatMap(({ kernel, writes }) => (kernel ? writes.map(({ place }) => place) : [])),
    );
  }

  divide(): Division {
    for (const [i, task] of this.tasks.entries())
      if (this.#runsOnAll(task)) this.#addToAll(task);
      else this.#add(i, task);
    const last = (writers: readonly Writer[]) => this.#threads[writers.at(-1)!.task];
    const owners = new Map([...this.#writers].map(([place, writers]) => [place, last(writers)]));
    return { threads: this.#threads, transfers: this.#transfers, owners };
  }

  /** Whether a task is a kernel that needs nothing of a thread, and is the first to do so. */
  #runsOnAll({ kernel, reads, writes }: Task): boolean {
    const touched = [...reads, ...writes.map(({ place }) => place)];
    const isOfThread = touched.some((place) => this.#writers.has(place));
    return kernel && !isOfThread && !reads.some((place) => this.#onAllThreads.has(place));
  }

  #addToAll({ seconds, writes }: Task): void {
    for (const { place } of writes) this.#onAllThreads.add(place);
    for (const thread of this.#free.keys()) this.#free[thread] += seconds;
    this.#threads.push(ALL_THREADS);
    this.#finished.push(Math.max(...this.#free));
  }

  #add(i: number, task: Task): void {
    const home = this.#homeOf(task);
    const candidates = home === undefined ? [...this.#free.keys()] : [home];
    const finish = candidates.map((thread) => this.#finishOn(thread, task));
    const best = finish.indexOf(Math.min(...finish));
    const thread = candidates[best];
    for (const { task: after, region } of this.#missing(task, thread)) {
      this.#sent.add(`${region.place} ${after} ${thread}`);
      this.#transfers.push({ region, from: this.#threads[after], to: thread, after, before: i });
    }
    this.#threads.push(thread);
    this.#finished.push(finish[best]);
    this.#free[thread] = finish[best];
    for (const region of task.writes)
      this.#writers.set(region.place, [...this.#writersOf(region.place), { task: i, region }]);
  }

  #writersOf(place: string): readonly Writer[] {
    return this.#writers.get(place) ?? [];
  }

  /** The thread that a task has to run on, or that has much of what it reads; undefined if there is none. */
  #homeOf({ reads, writes }: Task): number | undefined {
    const begun = writes.flatMap(({ place }) =>
      this.#writtenByKernels.has(place) ? this.#writersOf(place) : [],
    );
    if (begun.length > 0) return this.#threads[begun[0].task];
    const held: number[] = Array(this.count).fill(0);
    for (const { task, region } of reads.flatMap((place) => this.#writersOf(place)))
      held[this.#threads[task]] += region.bytes;
    const most = held.indexOf(Math.max(...held));
    return held[most] >= HOME_BYTES ? most : undefined;
  }

  /** When a thread would finish a task, in seconds. */
  #finishOn(thread: number, task: Task): number {
    const missing = this.#missing(task, thread);
    const written = task.reads.flatMap((place) =>
      this.#writersOf(place).map((writer) => this.#finished[writer.task]),
    );
    const ready = Math.max(this.#free[thread], ...written);
    const bytes = missing.reduce((sum, { region }) => sum + region.bytes, 0);
    return ready + task.seconds + (missing.length > 0 ? WAKE_SECONDS : 0) + bytes * SECONDS_PER_BYTE;
  }

  /** What a task reads that `thread` does not have. An array that kernels write is complete with its last region. */
  #missing({ reads }: Task, thread: number): readonly Writer[] {
    return reads.flatMap((place) => {
      const all = this.#writersOf(place);
      const relevant = this.#writtenByKernels.has(place) ? all.slice(-1) : all;
      return relevant.filter(
        ({ task }) => this.#threads[task] !== thread && !this.#sent.has(`${place} ${task} ${thread}`),
      );
    });
  }
}
