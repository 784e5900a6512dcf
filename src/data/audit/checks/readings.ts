/** Readings of the data that may be mistaken: what was inferred in opening it and looks suspicious. */

import type { Check } from "../types.js";

export const readings: Check = {
  name: "readings",
  summary: "columns, labels, folders and files whose reading was inferred and may be wrong",
  run({ dataset: { notices } }) {
    const suspects = notices.filter(({ suspect }) => suspect);
    if (suspects.length === 0) return [];
    return [
      {
        severity: "warning",
        leakage: false,
        problem: `${suspects.length} ${suspects.length === 1 ? "reading" : "readings"} of the data may be mistaken`,
        remedy: "State how they are to be read in dataset.json, or correct the data.",
        evidence: suspects.map(({ where, text }) => ({ ids: [], detail: `${where}: ${text}` })),
      },
    ];
  },
};
