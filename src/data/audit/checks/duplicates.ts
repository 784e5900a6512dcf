/** Finds values that are equal after decoding. */

import type { Row } from "../../types.js";
import { describeRow, isAcrossSplits, isOtherLabel } from "../sides.js";
import type { Check, CheckFinding, Evidence } from "../types.js";

export const duplicates: Check = {
  name: "duplicates",
  summary: "equal values, by a digest of what they decode to",
  run({ dataset: { rows }, contents }) {
    return Object.entries(contents.columns).flatMap(([modality, { rows: indexes, digests }]) => {
      const groups = new Map<string, Row[]>();
      for (const [i, digest] of digests.entries()) {
        const own = groups.get(digest);
        if (own) own.push(rows[indexes[i]]);
        else groups.set(digest, [rows[indexes[i]]]);
      }
      const same = [...groups.values()].filter((group) => group.length > 1);
      // A value in most rows is reported by the check of constant columns.
      return findingsOf(
        modality,
        same.filter((group) => group.length < Math.max(3, indexes.length / 2)),
      );
    });
  },
};

/** Findings of equal values in different splits, with different labels, and others. */
function findingsOf(modality: string, same: readonly Row[][]): CheckFinding[] {
  const isAny = (group: Row[], of: (a: Row, b: Row) => boolean) => group.some((row) => of(group[0], row));
  const across = same.filter((group) => isAny(group, isAcrossSplits));
  const within = same.filter((group) => !isAny(group, isAcrossSplits));
  const evidenceOf = (groups: Row[][]): Evidence[] =>
    groups.map((group) => ({
      ids: group.map(({ id }) => id),
      detail: group.slice(0, 6).map(describeRow).join(" = "),
    }));
  const conflicting = within.filter((group) => isAny(group, isOtherLabel));
  const plain = within.filter((group) => !isAny(group, isOtherLabel));
  const values = (groups: Row[][]) =>
    `${groups.length} ${groups.length === 1 ? "value" : "values"} of "${modality}"`;
  const findings: CheckFinding[] = [
    {
      severity: "error",
      leakage: true,
      problem: `${values(across)} in more than one split`,
      remedy: "Keep each in one split, so that held-out values are unseen in training.",
      evidence: evidenceOf(across),
    },
    {
      severity: "warning",
      leakage: false,
      problem: `${values(conflicting)} with different labels`,
      remedy: "Correct the labels, or remove the rows.",
      evidence: evidenceOf(conflicting),
    },
    {
      severity: "note",
      leakage: false,
      problem: `${values(plain)} more than once`,
      remedy: "Keep one of each, so that no query repeats its support.",
      evidence: evidenceOf(plain),
    },
  ];
  return findings.filter(({ evidence }) => evidence.length > 0);
}
