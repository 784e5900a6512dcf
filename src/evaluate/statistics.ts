/** Means with their uncertainty. */

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
