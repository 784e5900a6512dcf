/**
 * One measurement, in this process alone: `child.js ID THREADS BUDGET` prints one JSON object. `bound` in place of
 * a workload's id measures the machine's bound.
 */

import { measureBound } from "./bound.js";
import { secondsPerUnit } from "./clock.js";
import { workloads } from "./workloads.js";

const [id, threads, budget] = process.argv.slice(2);

if (id === "bound") {
  console.log(JSON.stringify({ flops: await measureBound(Number(threads)) }));
} else {
  const { start, tasks } = workloads.find((workload) => workload.id === id)!;
  const unit = await start(Number(threads));
  const seconds = await secondsPerUnit(unit, Number(budget));
  await unit.stop?.();
  console.log(JSON.stringify({ perSecond: tasks / seconds }));
}
