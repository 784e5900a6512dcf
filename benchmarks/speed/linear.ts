/**
 * Growth of the time per step with meta-batch, inner steps, way and queries, each doubled three times from a common
 * base: second-order MAML on Conv4-64.
 */

import { randomDataset, randomImage } from "./data.js";
import { runChild } from "./measure.js";
import type { RunningWorkload } from "./timing.js";
import { startTraining } from "./workloads/start-training.js";

const SHOT = 1;
const CLASSES = 100;
/** The quantities of the base step. */
export const BASE = { "meta-batch": 4, "inner steps": 4, way: 4, queries: 4 } as const;

export type Quantity = keyof typeof BASE;
export const quantities = Object.keys(BASE) as Quantity[];
export const FACTORS = [1, 2, 4, 8] as const;

/** Seconds per step, per quantity and factor. */
export type Times = Readonly<Record<Quantity, readonly number[]>>;

/** Start training with some quantities multiplied by factors. */
export function startScaledTraining(
  factors: Partial<Record<Quantity, number>>,
  threads: number,
): RunningWorkload {
  const scaled = (quantity: Quantity) => BASE[quantity] * (factors[quantity] ?? 1);
  return startTraining({
    fusion: "fixed",
    episode: { way: scaled("way"), shot: SHOT, query: scaled("queries"), mode: "transductive" },
    learner: { name: "maml", innerSteps: scaled("inner steps"), innerLearningRate: 0.4 },
    train: { metaBatch: scaled("meta-batch") },
    threads,
    data: randomDataset(
      CLASSES,
      (uniform) => ({ image: randomImage(uniform) }),
      SHOT + BASE.queries * FACTORS.at(-1)!,
    ),
  });
}

/** Measure every step once, each in a separate process; the base step is shared by all quantities. */
export async function measureLinear(
  threads: number,
  budget: number,
  log: (line: string) => void,
): Promise<Times> {
  const measureStep = async (factors: Partial<Record<Quantity, number>>) => {
    const { seconds } = await runChild<{ seconds: number }>(
      "linear",
      JSON.stringify(factors),
      threads,
      budget,
    );
    const [name = "base step"] = Object.entries(factors).map(
      ([quantity, factor]) => `${factor} × ${quantity}`,
    );
    log(`${name}: ${(1000 * seconds).toPrecision(4)} ms per step`);
    return seconds;
  };
  const base = await measureStep({});
  const times: Partial<Record<Quantity, number[]>> = {};
  for (const quantity of quantities) {
    times[quantity] = [base];
    for (const factor of FACTORS.slice(1)) times[quantity].push(await measureStep({ [quantity]: factor }));
  }
  return times as Times;
}
