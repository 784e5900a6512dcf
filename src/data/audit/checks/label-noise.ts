/**
 * Labels that all other examples speak against: by ridge regression on features, each row left out of its own judgement,
 * another class scores higher than the given one by a wide margin (as in confident learning: Northcutt, Jiang, Chuang, 2021).
 */

import { engineFor } from "../../../engine/index.js";
import { toUnitRows } from "../neighbours.js";
import { judge } from "../ridge.js";
import type { Audited, Check, Evidence } from "../types.js";

/** By how much another class has to score higher; a score is 1 for a sure class, 0 for any other. */
const margin = 0.32;
/** Judged by features that agree with fewer labels, too many right ones would be suspected. */
const leastAgreement = 0.8;
/** Classes with fewer examples are not judged. */
const fewest = 4;
/** The most classes that are judged at a time; with more, nobody could. */
const mostClasses = 4096;

export const labelNoise: Check = {
  name: "label-noise",
  summary: "labels that the other examples speak against",
  async run(audited) {
    const { rows } = audited.dataset;
    if (rows.some(({ groupIsTask }) => groupIsTask)) return [];
    const counts = new Map<string, number>();
    for (const { label } of rows) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
    const names = [...counts].filter(([, count]) => count >= fewest).map(([name]) => name);
    const judged = rows.flatMap((row, i) =>
      row.label !== undefined && counts.get(row.label)! >= fewest ? [i] : [],
    );
    if (names.length < 2 || names.length > mostClasses) return [];
    const { suspected, agreement } = await suspects(audited, judged, names);
    if (agreement < leastAgreement)
      return [
        {
          severity: "note",
          leakage: false,
          problem: `labels cannot be judged: simple features agree with ${(100 * agreement).toFixed(0)} % of them`,
          remedy: "Look at some of each class yourself (data inspect --picture).",
          evidence: [],
        },
      ];
    if (suspected.length === 0) return [];
    return [
      {
        severity: "warning",
        leakage: false,
        problem: `${suspected.length} of ${judged.length} labels are suspected to be wrong`,
        remedy: "Look at them, and correct or remove those that are wrong.",
        evidence: suspected,
      },
    ];
  },
};

/** The judged rows whose label loses by the margin, the surest first, and the share whose label wins. */
async function suspects(
  audited: Audited,
  judged: readonly number[],
  names: readonly string[],
): Promise<{ suspected: Evidence[]; agreement: number }> {
  const { dataset, signal } = audited;
  const { data, width, has } = featuresOf(audited, judged);
  const numbers = new Map(names.map((name, c) => [name, c]));
  const classOf = judged.map((row) => numbers.get(dataset.rows[row].label!)!);
  let [right, seen] = [0, 0];
  const found: { row: number; by: number; best: number }[] = [];
  const visit = (i: number, scores: Float32Array) => {
    if (!has[i]) return;
    let best = classOf[i] === 0 ? 1 : 0;
    for (let c = 0; c < scores.length; c++) if (c !== classOf[i] && scores[c] > scores[best]) best = c;
    const by = scores[best] - scores[classOf[i]];
    seen++;
    if (by < 0) right++;
    if (by > margin) found.push({ row: judged[i], by, best });
  };
  await judge(engineFor(), data, width, classOf, names.length, visit, signal);
  const suspected = found
    .sort((a, b) => b.by - a.by)
    .map(({ row, best }) => {
      const { id, label } = dataset.rows[row];
      return {
        ids: [id],
        detail: `${id} is labelled ${JSON.stringify(label)}, others say ${JSON.stringify(names[best])}`,
      };
    });
  return { suspected, agreement: seen > 0 ? right / seen : 1 };
}

/** Features of all modalities side by side, zeros where one is missing; `has` tells the rows that have any. */
function featuresOf({ contents, dataset }: Audited, judged: readonly number[]) {
  const at = new Int32Array(dataset.rows.length).fill(-1);
  for (const [i, row] of judged.entries()) at[row] = i;
  const parts = Object.values(contents.columns).flatMap(({ comparer, kept, rows }) => {
    if (kept.length === 0) return [];
    const { data, width } = comparer.features(kept);
    return [{ data: toUnitRows(data, width), width, rows }];
  });
  const width = parts.reduce((sum, part) => sum + part.width, 0) + 1;
  const data = new Float32Array(judged.length * width);
  const has = new Uint8Array(judged.length);
  let left = 0;
  for (const part of parts) {
    for (const [k, row] of part.rows.entries()) {
      const i = at[row];
      if (i < 0) continue;
      has[i] = 1;
      data.set(part.data.subarray(k * part.width, (k + 1) * part.width), i * width + left);
    }
    left += part.width;
  }
  // The last feature is constant: the intercept.
  for (let i = 0; i < judged.length; i++) data[(i + 1) * width - 1] = 1 / Math.sqrt(width);
  return { data, width, has };
}
