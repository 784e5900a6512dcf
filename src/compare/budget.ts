/**
 * Divides the time of a comparison: every combination trains for the same number of seconds, including compilation and
 * validation. The time to open the data and to test was measured for each combination before; it is reserved, with a
 * margin.
 */

import { InputError } from "../base/errors.js";

/** Ratio of reserved to measured time. */
const MARGIN = 1.25;

/** The shortest useful training. */
const LEAST_SECONDS = 1;

/** Seconds reserved for a combination besides its training, from its measured `overhead`. */
export const reserved = (overhead: number): number => MARGIN * overhead;

/** Training seconds per combination. `overheads` are those of the combinations to run; `spent` seconds have passed. */
export function trainingSeconds(minutes: number, spent: number, overheads: readonly number[]): number {
  if (overheads.length === 0) return 0;
  const around = overheads.reduce((sum, overhead) => sum + reserved(overhead), 0);
  const each = (60 * minutes - spent - around) / overheads.length;
  if (each >= LEAST_SECONDS) return each;
  const least = Math.ceil((spent + around + overheads.length * LEAST_SECONDS) / 6) / 10;
  throw new InputError({
    code: "compare/small-budget",
    where: "option budget",
    problem: `${minutes} minutes are too short to test ${overheads.length} combinations`,
    expected: `at least ${least}`,
    remedy: "Allow more, compare fewer learners or fusions, or test on fewer episodes.",
  });
}
