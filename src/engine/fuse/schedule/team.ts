/**
 * The steps of one program divided among threads. Each thread has a memory of its own, laid out alike, does its steps
 * in their order, and hands over what the others' steps need. Who does what follows from the steps alone, and so do
 * the results: dividing changes where a number is computed, not how.
 *
 * A step goes to the thread that has most of what it reads; where that is little, to the thread that would finish it
 * first (list scheduling: Topcuoglu, Hariri, Wu, 2002). A kernel that reads only the program's inputs is done by all,
 * unless it goes on with an array that one thread has begun: what is handed over is a whole array.
 */

/** Bytes of a memory, written by one step and read by others. */
export interface Region {
  /** What they are part of. Regions of one place that kernels write belong to one thread. */
  readonly place: string;
  readonly address: number;
  readonly bytes: number;
}

export interface Task {
  /** Estimated seconds of work. */
  readonly seconds: number;
  /** Places that are read. */
  readonly reads: readonly string[];
  readonly writes: readonly Region[];
  readonly kernel: boolean;
}

/** A region that one thread hands to another, after one of its steps and before one of the other's. */
export interface Handover {
  readonly region: Region;
  readonly from: number;
  readonly to: number;
  readonly after: number;
  readonly before: number;
}

export interface Division {
  /** The thread of each task, or everyone. */
  readonly threads: readonly (number | typeof EVERYONE)[];
  readonly handovers: readonly Handover[];
  /** Whoever has each place at the end. */
  readonly owners: ReadonlyMap<string, number>;
}

/** Instead of a thread: all of them. */
export const EVERYONE = -1;

/** Bytes from which on a step stays where they are. */
const HEAVY = 1 << 17;
/** Seconds that a handover takes: to wake up, and a byte. */
const WAKE = 30e-6;
const PER_BYTE = 1 / 4e9;

export function divide(tasks: readonly Task[], size: number): Division {
  const threads: number[] = [];
  const free: number[] = Array(size).fill(0);
  const finished: number[] = [];
  const writers = new Map<string, { task: number; region: Region }[]>();
  const byKernels = new Set(
    tasks.flatMap(({ kernel, writes }) => (kernel ? writes.map(({ place }) => place) : [])),
  );
  const byEveryone = new Set<string>();
  const handed = new Set<string>();
  const handovers: Handover[] = [];

  /** What `thread` lacks of what a task reads. */
  const missing = (task: Task, thread: number) =>
    task.reads.flatMap((place) => {
      const all = writers.get(place) ?? [];
      const relevant = byKernels.has(place) ? all.slice(-1) : all;
      return relevant.filter(
        (writer) => threads[writer.task] !== thread && !handed.has(`${place} ${writer.task} ${thread}`),
      );
    });

  for (const [i, task] of tasks.entries()) {
    const touched = [...task.reads, ...task.writes.map(({ place }) => place)];
    const ofThreads = touched.some((place) => writers.has(place));
    if (task.kernel && !ofThreads && !task.reads.some((place) => byEveryone.has(place))) {
      for (const { place } of task.writes) byEveryone.add(place);
      for (const thread of free.keys()) free[thread] += task.seconds;
      threads.push(EVERYONE);
      finished.push(Math.max(...free));
      continue;
    }
    const owned = task.writes.flatMap(({ place }) =>
      byKernels.has(place) ? (writers.get(place) ?? []) : [],
    );
    const held: number[] = Array(size).fill(0);
    for (const { task: writer, region } of task.reads.flatMap((place) => writers.get(place) ?? []))
      held[threads[writer]] += region.bytes;
    const heaviest = held.indexOf(Math.max(...held));
    const everyone = Array.from({ length: size }, (_, thread) => thread);
    const home = owned.length > 0 ? threads[owned[0].task] : held[heaviest] >= HEAVY ? heaviest : undefined;
    const candidates = home === undefined ? everyone : [home];
    const finish = candidates.map((thread) => {
      const lacking = missing(task, thread);
      const own = task.reads.flatMap((place) =>
        (writers.get(place) ?? []).map((writer) => finished[writer.task]),
      );
      const ready = Math.max(free[thread], ...own);
      const bytes = lacking.reduce((sum, { region }) => sum + region.bytes, 0);
      return ready + task.seconds + (lacking.length > 0 ? WAKE : 0) + bytes * PER_BYTE;
    });
    const best = finish.indexOf(Math.min(...finish));
    const thread = candidates[best];
    for (const { task: after, region } of missing(task, thread)) {
      handed.add(`${region.place} ${after} ${thread}`);
      handovers.push({ region, from: threads[after], to: thread, after, before: i });
    }
    threads.push(thread);
    finished.push(finish[best]);
    free[thread] = finish[best];
    for (const region of task.writes)
      writers.set(region.place, [...(writers.get(region.place) ?? []), { task: i, region }]);
  }
  const owners = new Map([...writers].map(([place, all]) => [place, threads[all.at(-1)!.task]]));
  return { threads, handovers, owners };
}
