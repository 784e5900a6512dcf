/** Checks the sizes of an evaluation's episodes before any is drawn. */

import { limits } from "../base/defaults.js";
import { InputError } from "../base/errors.js";

/**
 * Check that classes, examples, queries and episodes are whole numbers that arrays have room for.
 *
 * @throws {InputError} `evaluate/bad-option`
 */
export function checkCounts(counts: Readonly<Record<"way" | "shot" | "query" | "episodes", number>>): void {
  for (const [option, value] of Object.entries(counts)) {
    const most = option === "episodes" ? limits.episodes : limits.count;
    if (Number.isInteger(value) && value >= 1 && value <= most) continue;
    throw new InputError({
      code: "evaluate/bad-option",
      where: `option ${option}`,
      problem: `the value is ${value}`,
      expected: `a whole number of at least 1 and at most ${most}`,
      remedy: "Leave it out for the default.",
    });
  }
}
