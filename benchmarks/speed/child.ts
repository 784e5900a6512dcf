/**
 * A single measurement in a separate process. Prints one JSON object:
 *
 *   child.js bound THREADS                    throughput of matrix products, in FLOP/s
 *   child.js speed ID THREADS BUDGET          tasks per second of a workload
 *   child.js beside ID THREADS BUDGET         milliseconds per unit of a workload and of its reference
 *   child.js wait ID THREADS BUDGET           fraction of the training time that waits for data
 *   child.js linear FACTORS THREADS BUDGET    seconds per step with quantities multiplied by factors
 */

import { measureBound } from "./bound.js";
import { startScaledTraining } from "./linear.js";
import { millisecondsBesideReference, secondsPerUnit, waitFraction } from "./timing.js";
import { workloads } from "./workloads/index.js";

const [kind, ...rest] = process.argv.slice(2);
const [threads, budget] = rest.slice(kind === "bound" ? 0 : 1).map(Number);
const workload = () => workloads.find(({ id }) => id === rest[0])!;

const measurements: Record<string, () => Promise<object>> = {
  bound: async () => ({ flops: await measureBound(threads) }),
  async speed() {
    const { start, tasks } = workload();
    const running = await start(threads);
    const seconds = await secondsPerUnit(running, budget);
    await running.stop?.();
    return { perSecond: tasks / seconds };
  },
  async beside() {
    const { start, reference } = workload();
    const running = await start(threads);
    const times = await millisecondsBesideReference(running, reference!.start(), budget);
    await running.stop?.();
    return { ...times, perSecond: 1000 / times.ms };
  },
  async wait() {
    const running = await workload().startAugmented!(threads);
    const fraction = await waitFraction(running, budget);
    await running.stop?.();
    return { fraction };
  },
  async linear() {
    const running = startScaledTraining(JSON.parse(rest[0]), threads);
    const seconds = await secondsPerUnit(running, budget);
    await running.stop?.();
    return { seconds };
  },
};

console.log(JSON.stringify(await measurements[kind]()));
