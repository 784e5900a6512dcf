/** Finds files and values that cannot be read. */

import type { Check } from "../types.js";

export const unreadable: Check = {
  name: "unreadable",
  summary: "damaged, empty or truncated files",
  run({ dataset, contents }) {
    const evidence = contents.unreadable.map(({ row, error }) => ({
      ids: [dataset.rows[row].id],
      detail: `${error.where}: ${error.problem}`,
    }));
    if (evidence.length === 0) return [];
    return [
      {
        severity: "error",
        leakage: false,
        problem: `${evidence.length} ${evidence.length === 1 ? "value" : "values"} cannot be read`,
        remedy: "Replace the files, or remove their rows.",
        evidence,
      },
    ];
  },
};
