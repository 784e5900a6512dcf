/**
 * Regression targets as a model sees them: z = (y − c) / scale. Groups differ in their level (a town's house prices, a
 * reader's ratings), so the centre c of a task is its support's mean ȳ of n labels, pulled towards the train rows' mean μ
 * by the best linear unbiased prediction of a random intercept (Henderson, 1975):
 *
 *   c = μ + n τ² / (n τ² + σ²) · (ȳ − μ)
 *
 * with the standard deviations τ between groups and σ within them, from the train rows' analysis of variance. `scale` is
 * σ. Losses are of z; predictions and errors are reported in the labels' own units.
 */

import type { Row } from "../data/types.js";
import type { Episode } from "./sampler.js";
import type { Table } from "./table.js";

/** The train rows' labels: their mean, and their standard deviations within and between groups. */
export interface TargetScale {
  readonly mean: number;
  readonly within: number;
  readonly between: number;
}

/** What one task's labels are standardised by. */
export interface TargetUnit {
  readonly centre: number;
  readonly scale: number;
}

/** Labels as they are: what models of versions that did not standardise them read. */
export const plainUnit: TargetUnit = { centre: 0, scale: 1 };

/** Spread, relative to the largest label, below which float64 cannot tell labels apart: they count as equal. */
const EQUAL = 1e-12;

/** The scale of the number labels of `rows`; undefined if there is none. */
export function targetScaleOf(rows: readonly Row[]): TargetScale | undefined {
  const targets = rows.flatMap(({ target }) => target ?? []);
  if (targets.length === 0) return undefined;
  // In units of the largest label, so that no square overflows.
  const unit = targets.reduce((most, y) => Math.max(most, Math.abs(y)), 0) || 1;
  const groups = new Map<string | undefined, number[]>();
  for (const { target, group } of rows) {
    if (target === undefined) continue;
    const own = groups.get(group);
    if (own) own.push(target / unit);
    else groups.set(group, [target / unit]);
  }
  const { mean, within, between } = varianceBetween([...groups.values()]);
  const spread = (variance: number) => (Math.sqrt(variance) > EQUAL ? unit * Math.sqrt(variance) : 0);
  return { mean: unit * mean, within: spread(within), between: spread(between) };
}

/** The mean of grouped values and the variances within and between groups, by one-way analysis of variance. */
function varianceBetween(groups: readonly (readonly number[])[]) {
  const count = groups.reduce((sum, { length }) => sum + length, 0);
  const mean = groups.flat().reduce((sum, y) => sum + y, 0) / count;
  const means = groups.map((own) => own.reduce((sum, y) => sum + y, 0) / own.length);
  const inside = groups.reduce((sum, own, g) => sum + own.reduce((s, y) => s + (y - means[g]) ** 2, 0), 0);
  const across = groups.reduce((sum, { length }, g) => sum + length * (means[g] - mean) ** 2, 0);
  const within = inside / Math.max(1, count - groups.length);
  if (groups.length < 2) return { mean, within, between: 0 };
  const size =
    (count - groups.reduce((sum, { length }) => sum + length ** 2, 0) / count) / (groups.length - 1);
  return { mean, within, between: Math.max(0, (across / (groups.length - 1) - within) / size) };
}

/** What the labels of a task are standardised by whose support's are `support`. */
export function targetUnit(targets: TargetScale | undefined, support: readonly number[]): TargetUnit {
  if (!targets) return plainUnit;
  const { mean, within, between } = targets;
  const scale = within || between || 1;
  if (support.length === 0 || between === 0) return { centre: mean, scale };
  const ratio = support.length * (between / scale) ** 2;
  const away = support.reduce((sum, y) => sum + (y - mean), 0) / support.length;
  return { centre: mean + (ratio / (ratio + (within / scale) ** 2)) * away, scale };
}

/** {@link targetUnit} of an episode of a table. */
export const episodeUnit = (
  { rows, targets }: Pick<Table, "rows" | "targets">,
  { support }: Pick<Episode, "support">,
): TargetUnit => targetUnit(targets, targets ? support.flatMap(({ row }) => rows[row].target ?? []) : []);

/** z of a label. */
export const standardisedTarget = (y: number, { centre, scale }: TargetUnit): number => (y - centre) / scale;

/** The label that z stands for. */
export const targetFrom = (z: number, { centre, scale }: TargetUnit): number => z * scale + centre;
