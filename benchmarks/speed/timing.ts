/** The clock: units of work in blocks of a third of a second, and medians over the blocks, as the peers do it. */

/** A workload that is ready to run: nothing left to generate or to compile but what the first units do. */
export interface Unit {
  /** One unit of work: a training step, a task, a call. */
  next(): Promise<unknown>;
  /** Seconds so far in which a step was done and the next one's data were not there. */
  waited?(): number;
  stop?(): Promise<void>;
}

const BLOCK = 0.3;
const FEWEST_BLOCKS = 5;
const MOST_BLOCKS = 400;
const WARM_SECONDS = 1;
const WARM_UNITS = 3;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

/** Seconds a unit takes: the median over blocks that last `budget` seconds together, after warming up. */
export async function secondsPerUnit(
  { next }: Unit,
  budget: number,
  now: () => number = () => performance.now() / 1000,
): Promise<number> {
  const started = now();
  let one = 0;
  for (let unit = 0; unit < WARM_UNITS || now() - started < Math.min(WARM_SECONDS, budget); unit++) {
    const before = now();
    await next();
    one = now() - before;
  }
  const size = Math.max(1, Math.round(BLOCK / Math.max(one, 1e-7)));
  const blocks: number[] = [];
  for (let spent = 0; (spent < budget || blocks.length < FEWEST_BLOCKS) && blocks.length < MOST_BLOCKS; ) {
    const before = now();
    for (let i = 0; i < size; i++) await next();
    spent += now() - before;
    blocks.push((now() - before) / size);
  }
  return median(blocks);
}

/** The share of its time that a unit waits for data, over `budget` seconds, after warming up. */
export async function waitShare(
  { next, waited }: Unit,
  budget: number,
  now: () => number = () => performance.now() / 1000,
): Promise<number> {
  for (let unit = 0; unit < WARM_UNITS; unit++) await next();
  const [started, before] = [now(), waited!()];
  do await next();
  while (now() - started < budget);
  return (waited!() - before) / (now() - started);
}
