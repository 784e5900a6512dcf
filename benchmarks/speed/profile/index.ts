/**
 * Profile of a workload: its programs by run time, and the most expensive one by operator, by the gradient in which an
 * equation arose, and by the source of the equation. Fused programs are timed call by call, others by ONNX Runtime's
 * profiler, on one thread.
 */

import { engineFor } from "../../../src/engine/index.js";
import { recordSources } from "../../../src/engine/trace/source.js";
import type { Workload } from "../workloads/index.js";
import { type OperatorTime, operatorTimes } from "./operator-times.js";
import { type RecordedProgram, recordPrograms } from "./record.js";

/** Units of work to run. */
const UNITS = 2;
/** Maximum number of lines per grouping. */
const MAX_LINES = 40;

const gradientsOf = ({ source }: Pick<OperatorTime, "source">) =>
  source ? source.gradients.map((file) => `gradient in ${file}`).join(" of the ") || "values" : "unknown";

const sourceOf = ({ source }: OperatorTime) =>
  source ? `${[source.site, source.size].join(" ").trim()}; ${gradientsOf({ source })}` : "unknown";

const groupings: Readonly<Record<string, (time: OperatorTime) => string>> = {
  operator: ({ operator }) => operator,
  gradient: gradientsOf,
  source: sourceOf,
};

/** Sums per group in descending order; groups beyond the maximum number of lines are summed up. */
function groupLines(group: (time: OperatorTime) => string, times: readonly OperatorTime[]): string[] {
  const sums = new Map<string, { count: number; milliseconds: number }>();
  for (const time of times) {
    const { count, milliseconds } = sums.get(group(time)) ?? { count: 0, milliseconds: 0 };
    sums.set(group(time), { count: count + 1, milliseconds: milliseconds + time.milliseconds });
  }
  const total = totalOf(times);
  const sorted = [...sums].toSorted(([, a], [, b]) => b.milliseconds - a.milliseconds);
  const others = sorted.slice(MAX_LINES).reduce(
    (sum, [, { count, milliseconds }]) => ({
      count: sum.count + count,
      milliseconds: sum.milliseconds + milliseconds,
    }),
    { count: 0, milliseconds: 0 },
  );
  const shown = [...sorted.slice(0, MAX_LINES), ...(others.count > 0 ? [["others", others] as const] : [])];
  return shown.map(
    ([name, { count, milliseconds }]) =>
      `  ${milliseconds.toFixed(3).padStart(10)} ms  ${((100 * milliseconds) / total).toFixed(1).padStart(5)} %  ` +
      `${name} × ${count}`,
  );
}

const totalOf = (times: readonly OperatorTime[]) =>
  times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);

function programLine({ program, calls, milliseconds }: RecordedProgram): string {
  const operators = Object.values(program.operators).reduce((a, b) => a + b, 0);
  const kind = program.fused ? `${program.fused.threads[0].calls.length} fused calls` : "one ONNX model";
  return `  ${(milliseconds / calls).toFixed(2).padStart(10)} ms × ${calls}: ${operators} operators, ${kind}`;
}

/** Run two units of a workload and format the profile. */
export async function profile({ start, id }: Workload): Promise<string> {
  recordSources();
  const programs = recordPrograms(engineFor({ threads: 1 }));
  const running = await start(1);
  for (let unit = 0; unit < UNITS; unit++) await running.runUnit();
  await running.stop?.();
  const used = programs.filter(({ calls }) => calls > 0).toSorted((a, b) => b.milliseconds - a.milliseconds);
  if (used.length === 0) return `${id} runs no program in this process`;
  const [{ program, args }] = used;
  const times = await operatorTimes(program, args);
  return [
    `${id}, ${UNITS} units on one thread: programs by run time, including the time in the thread's queue`,
    ...used.map(programLine),
    "",
    `first program: ${totalOf(times).toFixed(2)} ms per run`,
    ...Object.entries(groupings).flatMap(([name, group]) => ["", `by ${name}`, ...groupLines(group, times)]),
  ].join("\n");
}
