/**
 * Finds labels that are probably wrong: by leave-one-out ridge regression on features, another class scores higher than the
 * given one by a wide margin (as in confident learning: Northcutt, Jiang, Chuang, 2021).
 */

import { engineFor } from "../../../engine/index.js";
import { toUnitRows } from "../neighbours.js";
import { leaveOneOutScores } from "../ridge.js";
import type { Audited, Check, Evidence } from "../types.js";

/** Score difference from which on a label is suspected; a certain class scores 1, any other 0. */
const margin = 0.32;
/** Share of labels that must score highest: with less informative features, too many correct labels would be suspected. */
const leastAgreement = 0.8;
/** Classes with fewer examples are left out. */
const fewest = 4;
/** Data sets with more classes are not checked, since memory grows with their number. */
const mostClasses = 4096;

export const labelNoise: Check = {
  name: "label-noise",
  summary: "labels that contradict the other examples",
  async run(audited) {
    const { rows } = audited.dataset;
    if (rows.some(({ groupIsTask }) => groupIsTask)) return [];
    const counts = new Map<string, number>();
    for (const { label } of rows) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
    const names = [...counts].filter(([, count]) => count >= fewest).map(([name]) => name);
    const checked = rows.flatMap((row, i) =>
      row.label !== undefined && counts.get(row.label)! >= fewest ? [i] : [],
    );
    if (names.length < 2 || names.length > mostClasses) return [];
    const { suspected, agreement } = await suspects(audited, checked, names);
    if (agreement < leastAgreement)
      return [
        {
          severity: "note",
          leakage: false,
          problem: `labels cannot be checked: simple features agree with ${(100 * agreement).toFixed(0)} % of them`,
          remedy: "Look at some examples of each class (data inspect --picture).",
          evidence: [],
        },
      ];
    if (suspected.length === 0) return [];
    return [
      {
        severity: "warning",
        leakage: false,
        problem: `${suspected.length} of ${checked.length} labels are suspected to be wrong`,
        remedy: "Look at them, and correct or remove those that are wrong.",
        evidence: suspected,
      },
    ];
  },
};

/** The rows whose label loses by the margin, the largest margin first, and the share of rows whose label scores highest. */
async function suspects(
  audited: Audited,
  checked: readonly number[],
  names: readonly string[],
): Promise<{ suspected: Evidence[]; agreement: number }> {
  const { dataset, signal } = audited;
  const { data, width, has } = featuresOf(audited, checked);
  const numbers = new Map(names.map((name, c) => [name, c]));
  const classOf = checked.map((row) => numbers.get(dataset.rows[row].label!)!);
  let [right, seen] = [0, 0];
  const found: { row: number; by: number; best: number }[] = [];
  const visit = (i: number, scores: Float32Array) => {
    if (!has[i]) return;
    let best = classOf[i] === 0 ? 1 : 0;
    for (let c = 0; c < scores.length; c++) if (c !== classOf[i] && scores[c] > scores[best]) best = c;
    const by = scores[best] - scores[classOf[i]];
    seen++;
    if (by < 0) right++;
    if (by > margin) found.push({ row: checked[i], by, best });
  };
  await leaveOneOutScores(engineFor(), data, width, classOf, names.length, visit, signal);
  const suspected = found
    .sort((a, b) => b.by - a.by)
    .map(({ row, best }) => {
      const { id, label } = dataset.rows[row];
      return {
        ids: [id],
        detail: `${id} is labelled ${JSON.stringify(label)}, other examples suggest ${JSON.stringify(names[best])}`,
      };
    });
  return { suspected, agreement: seen > 0 ? right / seen : 1 };
}

/** Concatenated features of all modalities, zeros for missing ones; `has` is 1 for rows with any modality. */
function featuresOf({ contents, dataset }: Audited, checked: readonly number[]) {
  const at = new Int32Array(dataset.rows.length).fill(-1);
  for (const [i, row] of checked.entries()) at[row] = i;
  const parts = Object.values(contents.columns).flatMap(({ comparer, kept, rows }) => {
    if (kept.length === 0) return [];
    const { data, width } = comparer.features(kept);
    return [{ data: toUnitRows(data, width), width, rows }];
  });
  const width = parts.reduce((sum, part) => sum + part.width, 0) + 1;
  const data = new Float32Array(checked.length * width);
  const has = new Uint8Array(checked.length);
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
  for (let i = 0; i < checked.length; i++) data[(i + 1) * width - 1] = 1 / Math.sqrt(width);
  return { data, width, has };
}
