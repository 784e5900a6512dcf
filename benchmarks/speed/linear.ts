/**
 * How the time of a step grows with what asks for it: meta-batch, inner steps, ways and queries, each doubled three
 * times, from one common step of MAML, second order, on Conv4-64.
 */

import { dataset, image } from "./data.js";
import { child } from "./measure.js";
import type { Unit } from "./timing.js";
import { trainingUnit } from "./workloads/training-unit.js";

const SHOT = 1;
const CLASSES = 100;
/** What a step has when nothing is doubled. */
export const BASE = { "meta-batch": 4, "inner steps": 4, ways: 4, queries: 4 } as const;

export type Axis = keyof typeof BASE;
export const axes = Object.keys(BASE) as Axis[];
export const FACTORS = [1, 2, 4, 8] as const;

/** Seconds of a step, by factor. */
export type Times = Readonly<Record<Axis, readonly number[]>>;

/** Train with some of the axes multiplied. */
export function linearUnit(factors: Partial<Record<Axis, number>>, threads: number): Unit {
  const of = (axis: Axis) => BASE[axis] * (factors[axis] ?? 1);
  return trainingUnit({
    fusion: "fixed",
    episode: { way: of("ways"), shot: SHOT, query: of("queries"), mode: "transductive" },
    learner: { name: "maml", innerSteps: of("inner steps"), innerRate: 0.4 },
    train: { metaBatch: of("meta-batch") },
    threads,
    data: dataset(CLASSES, (draw) => ({ image: image(draw) }), SHOT + BASE.queries * FACTORS.at(-1)!),
  });
}

/** Measure every step once, each in a process of its own; the common one counts for all axes. */
export async function measureLinear(
  threads: number,
  budget: number,
  say: (line: string) => void,
): Promise<Times> {
  const at = async (factors: Partial<Record<Axis, number>>) => {
    const { seconds } = await child<{ seconds: number }>("linear", JSON.stringify(factors), threads, budget);
    const what = Object.entries(factors).map(([axis, factor]) => `${factor} × ${axis}`);
    say(`${what[0] ?? "the common step"}: ${(1000 * seconds).toPrecision(4)} ms a step`);
    return seconds;
  };
  const common = await at({});
  const times: Partial<Record<Axis, number[]>> = {};
  for (const axis of axes) {
    times[axis] = [common];
    for (const factor of FACTORS.slice(1)) times[axis].push(await at({ [axis]: factor }));
  }
  return times as Times;
}
