/** Timing: units of work in blocks of 0.3 s and the median over blocks, the same protocol as in the peer script. */

/** A workload with its data generated. The first units still compile. */
export interface RunningWorkload {
  /** Run one unit of work: a training step, a task, a call or a command. */
  runUnit(): Promise<unknown>;
  /** Total seconds in which a training step had finished and the data of the next one were not ready. */
  secondsWaited?(): number;
  stop?(): Promise<void>;
}

/** Duration of a block in seconds. */
const BLOCK_SECONDS = 0.3;
const MIN_BLOCKS = 5;
const MAX_BLOCKS = 400;
const WARM_UP_SECONDS = 1;
const WARM_UP_UNITS = 3;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

/** Seconds per unit: the median over blocks of `budget` seconds in total, after warming up. */
export async function secondsPerUnit(
  { runUnit }: RunningWorkload,
  budget: number,
  now: () => number = () => performance.now() / 1000,
): Promise<number> {
  const started = now();
  let lastUnit = 0;
  for (let unit = 0; unit < WARM_UP_UNITS || now() - started < Math.min(WARM_UP_SECONDS, budget); unit++) {
    const before = now();
    await runUnit();
    lastUnit = now() - before;
  }
  const unitsPerBlock = Math.max(1, Math.round(BLOCK_SECONDS / Math.max(lastUnit, 1e-7)));
  const blocks: number[] = [];
  for (let spent = 0; (spent < budget || blocks.length < MIN_BLOCKS) && blocks.length < MAX_BLOCKS; ) {
    const before = now();
    for (let i = 0; i < unitsPerBlock; i++) await runUnit();
    spent += now() - before;
    blocks.push((now() - before) / unitsPerBlock);
  }
  return median(blocks);
}

/** Fewest pairs of measurements that {@link millisecondsBesideReference} takes. */
const MIN_PAIRS = 7;

/**
 * Median milliseconds per unit of a workload and of a reference. The two alternate for `budget` seconds at least, so that
 * both meet the same load of the machine.
 */
export async function millisecondsBesideReference(
  workload: RunningWorkload,
  reference: RunningWorkload,
  budget: number,
  now: () => number = () => performance.now() / 1000,
): Promise<{ ms: number; referenceMs: number }> {
  const timed = async ({ runUnit }: RunningWorkload) => {
    const before = now();
    await runUnit();
    return 1000 * (now() - before);
  };
  for (const each of [reference, workload]) await each.runUnit();
  const [times, referenceTimes]: number[][] = [[], []];
  for (const started = now(); now() - started < budget || times.length < MIN_PAIRS; ) {
    referenceTimes.push(await timed(reference));
    times.push(await timed(workload));
  }
  return { ms: median(times), referenceMs: median(referenceTimes) };
}

/** Fraction of the time that training waits for data, over `budget` seconds, after warming up. */
export async function waitFraction(
  { runUnit, secondsWaited }: RunningWorkload,
  budget: number,
  now: () => number = () => performance.now() / 1000,
): Promise<number> {
  for (let unit = 0; unit < WARM_UP_UNITS; unit++) await runUnit();
  const [started, before] = [now(), secondsWaited!()];
  do await runUnit();
  while (now() - started < budget);
  return (secondsWaited!() - before) / (now() - started);
}
