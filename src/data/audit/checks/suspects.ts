/** What reading the data decided that may be a mistake in them: classes that look alike, files that no row names. */

import type { Check } from "../types.js";

export const suspects: Check = {
  name: "suspects",
  summary: "classes whose names look alike, files that no row names, and other doubtful readings",
  run: ({ dataset }) =>
    dataset.notices
      .filter(({ suspect }) => suspect)
      .map(({ code, where, text }) => ({
        severity: "warning",
        leakage: false,
        problem: `${where}: ${text}`,
        remedy: `Correct the data if that is not meant (${code}).`,
        evidence: [],
      })),
};
