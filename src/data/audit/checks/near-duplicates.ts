/**
 * Finds values that are nearly equal: recompressed, brightened, shifted, retyped. Candidates are the nearest neighbours of each
 * value in feature space; the distance of the kind decides.
 */

import { engineFor } from "../../../engine/index.js";
import { nearestOthers, toUnitRows } from "../neighbours.js";
import { describeRow, isAcrossSplits, isOtherLabel } from "../sides.js";
import type { Audited, Check, CheckFinding } from "../types.js";

/** Candidates per value, in its own split and in other splits. */
const candidates = 5;

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

export const nearDuplicates: Check = {
  name: "near-duplicates",
  summary: "nearly equal pictures, drawings, texts and numbers",
  async run(audited) {
    const findings: CheckFinding[] = [];
    for (const modality of Object.keys(audited.contents.columns))
      findings.push(...findingsOf(audited, modality, await pairsOf(audited, modality)));
    return findings;
  },
};

async function pairsOf({ dataset, contents, signal }: Audited, modality: string): Promise<Pair[]> {
  const { comparer, rows: indexes, kept, digests } = contents.columns[modality];
  if (kept.length < 2) return [];
  const { data, width } = comparer.features(kept);
  const isApart = (a: number, b: number) =>
    isAcrossSplits(dataset.rows[indexes[a]], dataset.rows[indexes[b]]);
  const units = toUnitRows(data, width);
  const others = await nearestOthers(engineFor(), units, width, candidates, isApart, signal);
  const pairs = new Map<string, Pair>();
  for (let at = 0; at < others.length; at++) {
    const [value, other] = [Math.floor(at / (2 * candidates)), others[at]];
    if (other < 0 || digests[value] === digests[other]) continue;
    const [a, b] = [Math.min(value, other), Math.max(value, other)];
    const key = `${a} ${b}`;
    if (pairs.has(key)) continue;
    pairs.set(key, { a: indexes[a], b: indexes[b], distance: comparer.distance(kept[a], kept[b]) });
  }
  return [...pairs.values()]
    .filter(({ distance }) => distance < comparer.near)
    .sort((x, y) => x.distance - y.distance);
}

function findingsOf(
  { dataset: { rows } }: Audited,
  modality: string,
  pairs: readonly Pair[],
): CheckFinding[] {
  const across = pairs.filter(({ a, b }) => isAcrossSplits(rows[a], rows[b]));
  const within = pairs.filter(({ a, b }) => !isAcrossSplits(rows[a], rows[b]));
  const conflicting = within.filter(({ a, b }) => isOtherLabel(rows[a], rows[b]));
  const plain = within.filter(({ a, b }) => !isOtherLabel(rows[a], rows[b]));
  const evidenceOf = (some: readonly Pair[]) =>
    some.map(({ a, b }) => ({
      ids: [rows[a].id, rows[b].id],
      detail: `${describeRow(rows[a])} ≈ ${describeRow(rows[b])}`,
    }));
  const count = (some: readonly Pair[]) =>
    `${some.length} ${some.length === 1 ? "pair" : "pairs"} of nearly equal values of "${modality}"`;
  const findings: CheckFinding[] = [
    {
      severity: "error",
      leakage: true,
      problem: `${count(across)} in different splits`,
      remedy: "Keep each pair in one split, so that held-out values are unseen in training.",
      evidence: evidenceOf(across),
    },
    {
      severity: "warning",
      leakage: false,
      problem: `${count(conflicting)} with different labels`,
      remedy: "Check whether one of each pair is mislabelled.",
      evidence: evidenceOf(conflicting),
    },
    {
      severity: "note",
      leakage: false,
      problem: `${count(plain)}`,
      remedy: "Keep one of each, so that no query repeats its support.",
      evidence: evidenceOf(plain),
    },
  ];
  return findings.filter(({ evidence }) => evidence.length > 0);
}
