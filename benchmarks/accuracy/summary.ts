/** Aggregates the evaluations of all training seeds and compares them with a target. */

import type { SavedEvaluation } from "./runner.js";
import type { Target } from "./types.js";

/** One row over all training seeds. Accuracies are in [0, 1]. */
export interface SummaryRow {
  readonly kind: string;
  readonly name: string;
  /** Modalities of support and query, such as `image → image`; empty for rows without modalities. */
  readonly modalities: string;
  /** Accuracy per seed. */
  readonly perSeed: readonly number[];
  readonly mean: number;
  /** Standard deviation over seeds. */
  readonly deviation: number;
  /** Half-width of the 95 % interval over episodes, averaged over seeds. */
  readonly halfWidth: number;
  /** Lower end of the paired 95 % interval of the first row minus this one; the minimum over seeds. */
  readonly leadOfFirst?: number;
}

/** One requirement of a target. */
export interface Check {
  readonly requirement: string;
  readonly measured: string;
  readonly isMet: boolean;
}

export const percent = (fraction: number) => `${(100 * fraction).toFixed(1)} %`;

/** Aggregate the rows of an evaluation over the results of all seeds. */
export function summarise(results: readonly SavedEvaluation[]): SummaryRow[] {
  const rowsBySeed = results.map(({ evaluation, additionalRows }) => [
    ...evaluation.rows.map((row) => ({
      ...row,
      accuracy: row.accuracy!,
      modalities: row.support.length > 0 ? `${row.support.join("+")} → ${row.query.join("+")}` : "",
    })),
    ...additionalRows.map((row) => ({ modalities: "", ...row })),
  ]);
  return rowsBySeed[0].map(({ kind, name, modalities }, i) => {
    const rows = rowsBySeed.map((all) => all[i]);
    const perSeed = rows.map(({ accuracy }) => accuracy);
    const leads = rows.map(({ behindFirst: b }) => (b ? b.difference - b.halfWidth : Number.NaN));
    const leadOfFirst = Math.min(...leads);
    return {
      kind,
      name,
      modalities,
      perSeed,
      mean: mean(perSeed),
      deviation: standardDeviation(perSeed),
      halfWidth: mean(rows.map(({ halfWidth }) => halfWidth)),
      ...(Number.isFinite(leadOfFirst) && { leadOfFirst }),
    };
  });
}

/** The accuracy of an untrained row plus a third of its error. */
const requiredAbove = ({ mean }: SummaryRow) => mean + (1 - mean) / 3;

/** Compare the rows of an evaluation with its target, one check per requirement. */
export function checkTarget(rows: readonly SummaryRow[], target: Target): Check[] {
  const { outperforms = [], otherRow } = target;
  return [
    ...checkAccuracy(rows, target),
    ...outperforms.flatMap((kindOrName) => checkOutperforms(rows, kindOrName)),
    ...(otherRow ? [checkOtherRow(rows, otherRow)] : []),
  ];
}

function checkAccuracy(rows: readonly SummaryRow[], { accuracy, aboveUntrained }: Target): Check[] {
  const [first] = rows;
  const untrained = aboveUntrained === false ? undefined : rows.find(({ kind }) => kind === "untrained");
  const bound = untrained && requiredAbove(untrained);
  const reasons = [
    ...(accuracy === undefined ? [] : [`stated ${percent(accuracy)}`]),
    ...(bound === undefined
      ? []
      : [`untrained ${percent(untrained!.mean)} plus a third of its error: ${percent(bound)}`]),
  ];
  if (reasons.length === 0) return [];
  const required = Math.max(accuracy ?? 0, bound ?? 0);
  return [
    {
      requirement: `at least ${percent(required)} (${reasons.join("; ")})`,
      measured: percent(first.mean),
      isMet: first.mean >= required,
    },
  ];
}

function checkOutperforms(rows: readonly SummaryRow[], kindOrName: string): Check[] {
  const [first] = rows;
  const others = rows.filter(({ kind, name }) => kind === kindOrName || name === kindOrName);
  if (others.length === 0) throw new Error(`internal: there is no row "${kindOrName}" to outperform`);
  return others.map(({ name, mean, leadOfFirst = Number.NaN }) => ({
    requirement: `above ${name} by a paired 95 % interval, for every seed`,
    measured: `${percent(first.mean)} against ${percent(mean)}, ${(100 * leadOfFirst).toFixed(1)} points at the lower end`,
    isMet: leadOfFirst > 0,
  }));
}

function checkOtherRow(rows: readonly SummaryRow[], other: NonNullable<Target["otherRow"]>): Check {
  const [row, untrained] = [other.name, other.untrained].map((name) => {
    const found = rows.find((each) => each.name === name);
    if (!found) throw new Error(`internal: there is no row "${name}" to compare`);
    return found;
  });
  const required = requiredAbove(untrained);
  return {
    requirement: `${row.name}: at least ${percent(required)} (untrained ${percent(untrained.mean)} plus a third of its error)`,
    measured: percent(row.mean),
    isMet: row.mean >= required,
  };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, x) => sum + (x - centre) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}
