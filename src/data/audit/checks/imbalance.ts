/** Finds classes (or groups, if each is a task) with far more rows than others, or too few for an episode. */

import { taskOf, unitOf, unitWordsOf } from "../../types.js";
import type { Check, CheckFinding } from "../types.js";

/** Largest allowed ratio of the size of a class to the median. */
const mostRatio = 10;

export const imbalance: Check = {
  name: "imbalance",
  summary: "classes much larger than others, or of one example",
  run({ dataset: { rows } }) {
    const ids = new Map<string, string[]>();
    for (const row of rows) {
      const unit = taskOf([row]) && unitOf(row);
      if (unit === undefined) continue;
      const own = ids.get(unit);
      if (own) own.push(row.id);
      else ids.set(unit, [row.id]);
    }
    const [one, many] = unitWordsOf(rows);
    const bySize = [...ids].sort(([, a], [, b]) => b.length - a.length);
    if (bySize.length < 2) return [];
    const median = bySize[Math.floor(bySize.length / 2)][1].length;
    const large = bySize.filter(([, own]) => own.length > mostRatio * median);
    const single = bySize.filter(([, own]) => own.length === 1);
    const evidenceOf = (some: typeof bySize) =>
      some.map(([name, own]) => ({
        ids: own.slice(0, 5),
        detail: `${JSON.stringify(name)}: ${own.length} ${own.length === 1 ? "row" : "rows"}`,
      }));
    const findings: CheckFinding[] = [
      {
        severity: "warning",
        leakage: false,
        problem: `${large.length} ${large.length === 1 ? one : many} of more than ${mostRatio} times the median of ${median} rows`,
        remedy: "Scores are averaged per class; take fewer of these, or more of the others.",
        evidence: evidenceOf(large),
      },
      {
        severity: "note",
        leakage: false,
        problem: `${single.length} ${single.length === 1 ? one : many} of one row, too few for any episode`,
        remedy: "Add examples; an episode needs one more than its shots.",
        evidence: evidenceOf(single),
      },
    ];
    return findings.filter(({ evidence }) => evidence.length > 0);
  },
};
