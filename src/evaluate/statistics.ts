/** Means, shares and other statistics with 95 % intervals. */

/** z of a 95 % interval. */
const Z = 1.96;

/** A share of independent trials, with its 95 % interval. */
interface Share {
  readonly mean: number;
  /** The distance to the interval's farther end. */
  readonly halfWidth: number;
  readonly interval: readonly [low: number, high: number];
}

/**
 * The adjusted Wald interval of a share (Agresti, Coull, 1998): that of `correct` + z² / 2 of `count` + z² trials. Its
 * coverage is near 95 % also for shares of 0 and 1, where 1.96 · s / √n is 0: for 6 of 6 it is 56 to 100 %.
 */
export function shareWithInterval(correct: number, count: number): Share {
  if (count === 0) return { mean: Number.NaN, halfWidth: Number.NaN, interval: [0, 1] };
  const mean = correct / count;
  const trials = count + Z ** 2;
  const centre = (correct + Z ** 2 / 2) / trials;
  const half = Z * Math.sqrt((centre * (1 - centre)) / trials);
  const [low, high] = [
    Math.max(0, Math.min(mean, centre - half)),
    Math.min(1, Math.max(mean, centre + half)),
  ];
  return { mean, halfWidth: Math.max(high - mean, mean - low), interval: [low, high] };
}

/** Share of equal values from which on their deviation underestimates the mean's uncertainty. */
const NEARLY_ALL = 0.95;

/**
 * The mean of independent values with the half-width of its 95 % interval, 1.96 · s / √n, of shares in [0, 1] such as
 * accuracies of episodes. If nearly all are equal, s is an underestimate: the half-width is then at least that of
 * {@link shareWithInterval} at their mean, since of all values in [0, 1] with a given mean, those of 0 and 1 vary most.
 */
export function meanShareWithInterval(values: readonly number[]): { mean: number; halfWidth: number } {
  const { mean, halfWidth } = meanWithInterval(values);
  if (!areNearlyEqual(values)) return { mean, halfWidth };
  return {
    mean,
    halfWidth: Math.max(halfWidth, shareWithInterval(mean * values.length, values.length).halfWidth),
  };
}

/** {@link meanShareWithInterval} of paired differences in [−1, 1]: nearly equal ones may differ as often as 0 of n trials may. */
export function meanDifferenceWithInterval(values: readonly number[]): { mean: number; halfWidth: number } {
  const { mean, halfWidth } = meanWithInterval(values);
  if (!areNearlyEqual(values)) return { mean, halfWidth };
  return { mean, halfWidth: Math.max(halfWidth, shareWithInterval(0, values.length).halfWidth) };
}

function areNearlyEqual(values: readonly number[]): boolean {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(0, ...counts.values()) >= NEARLY_ALL * values.length;
}

/** The mean of independent values and the half-width of its 95 % interval, 1.96 · s / √n. */
export function meanWithInterval(values: readonly number[]): { mean: number; halfWidth: number } {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, n - 1);
  return { mean, halfWidth: 1.96 * Math.sqrt(variance / n) };
}

/** The value below which the share `q` of `values` lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** A statistic and the half-width of its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly halfWidth: number;
}

/** Groups of {@link jackknife}, and Student's t for as many. */
const GROUPS = 20;
const T = 2.093;

/**
 * A statistic in [0, 1] of independent `items`, such as episodes, with a 95 % interval from leaving out one group of them at a
 * time: t · √((g − 1) / g · Σ_j (θ_j − θ̄)²) over g = 20 groups (Tukey, 1958; Shao and Wu, 1989). If leaving out changes
 * nothing, the half-width is that of a share of as many trials as items.
 */
export function jackknife<Item>(
  items: readonly Item[],
  statistic: (items: readonly Item[]) => number,
): Estimate {
  const groups = Math.min(GROUPS, items.length);
  const value = statistic(items);
  const atBoundary = () =>
    value >= 0 && value <= 1 ? shareWithInterval(value * items.length, items.length).halfWidth : 0;
  if (groups < 2) return { value, halfWidth: atBoundary() };
  const without = Array.from({ length: groups }, (_, j) =>
    statistic(items.filter((_, i) => i % groups !== j)),
  );
  const mean = without.reduce((a, b) => a + b) / groups;
  const squares = without.reduce((sum, own) => sum + (own - mean) ** 2, 0);
  return {
    value,
    halfWidth: squares === 0 ? atBoundary() : T * Math.sqrt(((groups - 1) / groups) * squares),
  };
}
