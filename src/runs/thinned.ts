/** Curves of fewer points, for pictures and the index. */

import type { RunCurve } from "./run-record.js";

type Points = Pick<RunCurve, "steps" | "values" | "times">;

const MOST = 400;

/** At most {@link MOST} points: means of consecutive values, at the last step of each. */
export function thinned({ steps, values, times }: Points): Points {
  const n = values.length;
  if (n <= MOST) return { steps, values, times };
  const ends = Array.from({ length: MOST }, (_, i) => Math.floor(((i + 1) * n) / MOST));
  const last = (list: readonly number[]) => ends.map((end) => list[end - 1]);
  const means = ends.map((end, i) => {
    const own = values.slice(ends[i - 1] ?? 0, end);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
  return { steps: last(steps), values: means, times: last(times) };
}
