/** Means with their uncertainty. */

/** z of a 95 % interval. */
const Z = 1.96;

/** A share of `right` of `count` independent trials, with its 95 % interval. */
export interface Share {
  readonly mean: number;
  /** The distance to the interval's farther end. */
  readonly ci95: number;
  readonly interval: readonly [low: number, high: number];
}

/**
 * The Wilson score interval of a share (Wilson, 1927), which is right at 0 and 1 as well, where 1.96 · s / √n is 0: of 6 of 6
 * it is 61 to 100 %.
 */
export function shareWithInterval(right: number, count: number): Share {
  if (count === 0) return { mean: Number.NaN, ci95: Number.NaN, interval: [0, 1] };
  const mean = right / count;
  const shrink = 1 + Z ** 2 / count;
  const centre = (mean + Z ** 2 / (2 * count)) / shrink;
  const half = (Z / shrink) * Math.sqrt((mean * (1 - mean)) / count + Z ** 2 / (4 * count ** 2));
  const [low, high] = [Math.max(0, centre - half), Math.min(1, centre + half)];
  return { mean, ci95: Math.max(high - mean, mean - low), interval: [low, high] };
}

/**
 * The mean of independent shares in [0, 1], such as accuracies of episodes, with the half-width of its 95 % interval:
 * 1.96 · s / √n, and no less than if one more value had been at each end. Without that, values that are all equal would have
 * an interval of 0. Agresti and Coull's (1998) two successes and two failures, for values that need not be 0 or 1.
 */
export function meanShareWithInterval(values: readonly number[]): { mean: number; ci95: number } {
  const plain = meanWithInterval(values);
  const { ci95 } = shareWithInterval(plain.mean * values.length, values.length);
  // A share's interval is the widest of all distributions on [0, 1] of that mean; it holds if nothing is known of the spread.
  const isConstant = plain.ci95 < 1e-9;
  return isConstant ? { mean: plain.mean, ci95 } : plain;
}

/** The mean of independent values and the half-width of its 95 % interval, 1.96 · s / √n. */
export function meanWithInterval(values: readonly number[]): { mean: number; ci95: number } {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, n - 1);
  return { mean, ci95: 1.96 * Math.sqrt(variance / n) };
}

/** The value below which the share `q` of `values` lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** A statistic and the half-width of its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly ci95: number;
}

/** Groups of {@link jackknife}, and Student's t for as many. */
const GROUPS = 20;
const T = 2.093;

/**
 * A statistic of independent `items`, such as episodes, with a 95 % interval from leaving out one group of them at a
 * time: t · √((g − 1) / g · Σ_j (θ_j − θ̄)²) over g = 20 groups (Tukey, 1958; Shao and Wu, 1989).
 */
export function jackknife<Item>(
  items: readonly Item[],
  statistic: (items: readonly Item[]) => number,
): Estimate {
  const groups = Math.min(GROUPS, items.length);
  const value = statistic(items);
  if (groups < 2) return { value, ci95: 0 };
  const without = Array.from({ length: groups }, (_, j) =>
    statistic(items.filter((_, i) => i % groups !== j)),
  );
  const mean = without.reduce((a, b) => a + b) / groups;
  const squares = without.reduce((sum, own) => sum + (own - mean) ** 2, 0);
  return { value, ci95: T * Math.sqrt(((groups - 1) / groups) * squares) };
}
