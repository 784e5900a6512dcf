/**
 * One measurement, in this process alone, printed as one JSON object:
 *
 *   child.js bound THREADS               how fast matrices are multiplied
 *   child.js speed ID THREADS BUDGET     a workload's tasks a second
 *   child.js wait ID THREADS BUDGET      the share of its time that it waits for data
 *   child.js linear FACTORS THREADS BUDGET     seconds of a step at so many times the work
 */

import { measureBound } from "./bound.js";
import { linearUnit } from "./linear.js";
import { secondsPerUnit, waitShare } from "./timing.js";
import { workloads } from "./workloads/index.js";

const [kind, ...rest] = process.argv.slice(2);
const [threads, budget] = rest.slice(kind === "bound" ? 0 : 1).map(Number);
const workload = () => workloads.find(({ id }) => id === rest[0])!;

const kinds: Record<string, () => Promise<object>> = {
  bound: async () => ({ flops: await measureBound(threads) }),
  async speed() {
    const { start, tasks } = workload();
    const unit = await start(threads);
    const seconds = await secondsPerUnit(unit, budget);
    await unit.stop?.();
    return { perSecond: tasks / seconds };
  },
  async wait() {
    const unit = await workload().startOnPictures!(threads);
    const share = await waitShare(unit, budget);
    await unit.stop?.();
    return { share };
  },
  async linear() {
    const unit = linearUnit(JSON.parse(rest[0]), threads);
    const seconds = await secondsPerUnit(unit, budget);
    await unit.stop?.();
    return { seconds };
  },
};

console.log(JSON.stringify(await kinds[kind]()));
