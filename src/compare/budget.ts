/**
 * Divides the time of a comparison: every combination trains for the same number of seconds, compiling and validation
 * on the way included. What it takes to open the data and to test was measured before, of each combination by itself,
 * and is kept free, with a share to spare.
 */

import { InputError } from "../base/errors.js";

/** Of what was measured, how much more is kept free. */
const SPARE = 1.25;

/** The shortest training that says anything. */
const LEAST_SECONDS = 1;

/** Seconds around the training of a combination whose `overhead` was measured. */
export const keptFree = (overhead: number): number => SPARE * overhead;

/** Seconds that each trains for. `overheads` are those of the combinations still to run, `spent` what is gone. */
export function trainingSeconds(minutes: number, spent: number, overheads: readonly number[]): number {
  if (overheads.length === 0) return 0;
  const around = overheads.reduce((sum, overhead) => sum + keptFree(overhead), 0);
  const each = (60 * minutes - spent - around) / overheads.length;
  if (each >= LEAST_SECONDS) return each;
  const least = Math.ceil((spent + around + overheads.length * LEAST_SECONDS) / 6) / 10;
  throw new InputError({
    code: "compare/small-budget",
    where: "option budget",
    problem: `${minutes} minutes do not pay for testing ${overheads.length} combinations`,
    expected: `at least ${least}`,
    remedy: "Give more, compare fewer learners or fusions, or test on fewer episodes.",
  });
}
