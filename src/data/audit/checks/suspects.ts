/** Reports suspect notices of reading the data: class names that look alike, files that no row names. */

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
        remedy: `Correct the data if this is not intended (${code}).`,
        evidence: [],
      })),
};
