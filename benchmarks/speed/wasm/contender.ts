/** What computes a subject: the executor in WebAssembly, and what it is compared with. Needs nothing of Node. */

import { median } from "../timing.js";

/** Computes a subject once, and resolves with its values. */
export type Run = () => Promise<Float32Array>;

/** The names of contenders, the executor first. */
export const contenders = ["own", "onnxruntime-web", "TensorFlow.js wasm", "onnxruntime-node"] as const;
export type Contender = (typeof contenders)[number];

/** Something to compute. */
export interface Subject {
  readonly name: string;
  readonly runs: Readonly<Partial<Record<Contender, Run>>>;
}

/** Largest difference between contenders' values, relative to the largest value. */
const TOLERANCE = 1e-4;

/** Throw unless all contenders compute the same. */
export async function check({ name, runs }: Subject): Promise<void> {
  const expected = await runs.own!();
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const [contender, run] of Object.entries(runs)) {
    const values = await run();
    const error = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i])), 0);
    if (!(values.length === expected.length && error <= TOLERANCE * scale))
      throw new Error(`${name}: ${contender} differs by ${error / scale}`);
  }
}

/** Milliseconds of each contender by round: they take turns, so that all meet the same load of the machine. */
export async function measure({ runs }: Subject, rounds: number): Promise<ReadonlyMap<Contender, number[]>> {
  const times = new Map<Contender, number[]>();
  const repeats = new Map<Contender, number>();
  for (const [name, run] of Object.entries(runs) as [Contender, Run][]) {
    const started = performance.now();
    for (let i = 0; i < WARM_UP_RUNS; i++) await run();
    repeats.set(name, Math.max(1, Math.round((BLOCK_MS * WARM_UP_RUNS) / (performance.now() - started))));
    times.set(name, []);
  }
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(runs) as [Contender, Run][]) {
      const count = repeats.get(name)!;
      const started = performance.now();
      for (let i = 0; i < count; i++) await run();
      times.get(name)!.push((performance.now() - started) / count);
    }
  return times;
}

const WARM_UP_RUNS = 5;
/** Milliseconds of one contender's turn, at least one run. */
const BLOCK_MS = 20;

/** Median over rounds of another's time divided by the executor's. */
export const ratio = (own: readonly number[], other: readonly number[]): number =>
  median(own.map((time, round) => other[round] / time));
