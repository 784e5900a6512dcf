/**
 * Standardises regression targets: z = (y − c) / σ. Groups differ in level (a town's house prices, a reader's ratings), so
 * the centre c of a task is the mean ȳ of its n support targets, shrunk towards the mean μ of the train targets by the best
 * linear unbiased prediction of a random intercept (Henderson, 1975):
 *
 *   c = μ + n τ² / (n τ² + σ²) · (ȳ − μ)
 *
 * with the standard deviations τ between groups and σ within them, estimated by an analysis of variance of the train rows.
 * Losses are of z; predictions and errors are reported in the units of the targets.
 */

import type { Row } from "../data/types.js";
import type { Episode } from "./episode.js";

/** Statistics of the train targets: mean μ, standard deviations σ within and τ between groups. */
export interface TargetScale {
  readonly mean: number;
  readonly within: number;
  readonly between: number;
}

/** The centre c and the scale σ of one task's targets. */
export interface TargetUnit {
  readonly centre: number;
  readonly scale: number;
}

/** No standardisation, for models of versions that did not standardise targets. */
export const plainUnit: TargetUnit = { centre: 0, scale: 1 };

/** Standard deviation relative to the largest target, below which targets count as equal in float64. */
const EQUAL = 1e-12;

/** The statistics of the targets of `rows`; undefined if there are none. */
export function targetScaleOf(rows: readonly Row[]): TargetScale | undefined {
  const targets = rows.flatMap(({ target }) => target ?? []);
  if (targets.length === 0) return undefined;
  // In units of the largest target, so that no square overflows.
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

/** The centre and scale of a task with the support targets `support`. */
export function targetUnit(targets: TargetScale | undefined, support: readonly number[]): TargetUnit {
  if (!targets) return plainUnit;
  const { mean, within, between } = targets;
  const scale = within || between || 1;
  if (support.length === 0 || between === 0) return { centre: mean, scale };
  const ratio = support.length * (between / scale) ** 2;
  const away = support.reduce((sum, y) => sum + (y - mean), 0) / support.length;
  return { centre: mean + (ratio / (ratio + (within / scale) ** 2)) * away, scale };
}

/** The centre and scale of an episode of a table. */
export const episodeUnit = (
  { rows, targets }: { readonly rows: readonly Row[]; readonly targets?: TargetScale },
  { support }: Pick<Episode, "support">,
): TargetUnit => targetUnit(targets, targets ? support.flatMap(({ row }) => rows[row].target ?? []) : []);

/** The standardised target z of y. */
export const standardisedTarget = (y: number, { centre, scale }: TargetUnit): number => (y - centre) / scale;

/** The target y of z: the inverse of {@link standardisedTarget}. */
export const targetFrom = (z: number, { centre, scale }: TargetUnit): number => z * scale + centre;
