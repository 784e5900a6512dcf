/** What the training seeds of one evaluation say together, and whether it is what the target asks for. */

import type { Judged } from "./runner.js";
import type { Target } from "./types.js";

/** One row over all training seeds. Accuracies are from 0 to 1. */
export interface SummaryRow {
  readonly kind: string;
  readonly name: string;
  /** `image → image`; empty where the row is given nothing. */
  readonly given: string;
  /** One a seed. */
  readonly each: readonly number[];
  readonly mean: number;
  /** The standard deviation over seeds. */
  readonly spread: number;
  /** The mean half-width of the 95 % interval over episodes. */
  readonly halfWidth: number;
  /** How far the first row is above this one for sure, at the least of the seeds: the lower end of the paired 95 % interval. */
  readonly surelyBehind?: number;
}

/** One thing that was asked for. */
export interface Check {
  readonly asked: string;
  readonly measured: string;
  readonly met: boolean;
}

export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** The rows of an evaluation, over the results of all seeds. */
export function summarise(results: readonly Judged[]): SummaryRow[] {
  const all = results.map(({ evaluation, others }) => [
    ...evaluation.rows.map((row) => ({
      ...row,
      accuracy: row.accuracy!,
      given: row.support.length > 0 ? `${row.support.join("+")} → ${row.query.join("+")}` : "",
    })),
    ...others.map((row) => ({ kind: "besides", given: "", ...row })),
  ]);
  return all[0].map(({ kind, name, given }, i) => {
    const rows = all.map((own) => own[i]);
    const each = rows.map(({ accuracy }) => accuracy);
    const behind = rows.map(({ behindFirst: b }) => (b ? b.difference - b.halfWidth : Number.NaN));
    const surely = Math.min(...behind);
    return {
      kind,
      name,
      given,
      each,
      mean: mean(each),
      spread: deviation(each),
      halfWidth: mean(rows.map(({ halfWidth }) => halfWidth)),
      ...(Number.isFinite(surely) && { surelyBehind: surely }),
    };
  });
}

const withThird = ({ mean }: SummaryRow) => mean + (1 - mean) / 3;

/** Judge the rows by the target. */
export function check(rows: readonly SummaryRow[], { stated, floor, above = [], also }: Target): Check[] {
  const [first] = rows;
  const untrained = floor === false ? undefined : rows.find(({ kind }) => kind === "untrained");
  const third = untrained && withThird(untrained);
  const required = Math.max(stated ?? 0, third ?? 0);
  const reasons = [
    ...(stated === undefined ? [] : [`stated ${percent(stated)}`]),
    ...(third === undefined
      ? []
      : [`untrained ${percent(untrained!.mean)} plus a third of its error: ${percent(third)}`]),
  ];
  const least: Check[] =
    reasons.length === 0
      ? []
      : [
          {
            asked: `at least ${percent(required)} (${reasons.join("; ")})`,
            measured: percent(first.mean),
            met: first.mean >= required,
          },
        ];
  const compared = above.flatMap((which) => {
    const found = rows.filter(({ kind, name }) => kind === which || name === which);
    if (found.length === 0) throw new Error(`internal: there is no row "${which}" to be above`);
    return found.map(({ name, mean: other, surelyBehind = Number.NaN }) => ({
      asked: `above ${name} by a paired 95 % interval, for every seed`,
      measured: `${percent(first.mean)} against ${percent(other)}, ${(100 * surelyBehind).toFixed(1)} points at the lower end`,
      met: surelyBehind > 0,
    }));
  });
  return [...least, ...compared, ...(also ? [checkOther(rows, also)] : [])];
}

function checkOther(rows: readonly SummaryRow[], { row, untrained }: NonNullable<Target["also"]>): Check {
  const [own, floor] = [row, untrained].map((which) => {
    const found = rows.find(({ name }) => name === which);
    if (!found) throw new Error(`internal: there is no row "${which}" to judge`);
    return found;
  });
  return {
    asked: `${row}: at least ${percent(withThird(floor))} (untrained ${percent(floor.mean)} plus a third of its error)`,
    measured: percent(own.mean),
    met: own.mean >= withThird(floor),
  };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, x) => sum + (x - centre) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}
