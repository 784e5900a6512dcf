/**
 * How close an example is to the examples of a class, by the vectors of one expert. The closeness to class c is the mean
 * cosine of its vector to the class's, on a scale on which equal vectors have 1 and examples of different classes 0:
 *
 *   u_c(x) = (m_c(x) − b) / (1 − b + ε),   m_c(x) = mean_(i of c) cos(x, x_i)
 *
 * b is the mean cosine of support examples of different classes. The evidence of experts (expert.ts) compares classes with
 * each other, so that an example that is like none of them may still be much likelier of one; the closeness shows it.
 */

import type { ExpertSupport } from "./expert.js";
import type { SupportRows } from "./support-rows.js";

/** The closeness of examples to their own class, of one example, by experience: μ and σ. */
export interface UsualCloseness {
  readonly mean: number;
  readonly deviation: number;
}

export interface Closeness {
  /** z_c(x) = (u_c(x) − μ) / σ, bounded; 0 for a class without examples. */
  of(vector: Float32Array, c: number): number;
  /** The same for a support example without itself. */
  leftOut(row: number, c: number): number;
  /** The same as `of`, for export. */
  form(): ClosenessForm;
}

/** z_c(x) = factors[c] (means[c] · x / ‖x‖) + shifts[c], before it is bounded. */
export interface ClosenessForm {
  /** The mean unit vector of each class `[way, width]`. */
  readonly means: Float64Array;
  /** Of each class: 0 without examples. */
  readonly factors: readonly number[];
  readonly shifts: readonly number[];
}

/** b of experience, and the number of classes that it counts as. */
const BACKGROUND = { mean: 0.3, classes: 0.5 } as const;
/** ε. */
const LEAST_RANGE = 0.02;
/** Bounds of z. */
export const BOUNDS = { least: -4, most: 3 } as const;

/** The closeness to the classes of at least one vector; `rows` holds the vectors. */
export function fitCloseness(
  { vectors, labels, way }: ExpertSupport,
  rows: SupportRows,
  { mean, deviation }: UsualCloseness,
): Closeness {
  const width = vectors[0].length;
  const counts = new Array<number>(way).fill(0);
  const sums = new Float64Array(way * width);
  for (const [i, vector] of vectors.entries()) {
    counts[labels[i]]++;
    addTo(sums, labels[i] * width, vector, 1 / (rows.lengths[i] || 1));
  }
  const background = backgroundOf(sums, counts, width);
  const range = deviation * (1 - background + LEAST_RANGE);
  const scored = (cosine: number) => {
    const z = (cosine - background) / range - mean / deviation;
    return Math.max(BOUNDS.least, Math.min(BOUNDS.most, z));
  };
  const members = counts.map((): number[] => []);
  for (const [i, label] of labels.entries()) members[label].push(i);
  return {
    of(vector, c) {
      if (counts[c] === 0) return 0;
      const cosines = rows.cosines(vector);
      let sum = 0;
      for (const i of members[c]) sum += cosines[i];
      return scored(sum / counts[c]);
    },
    leftOut(row, c) {
      const vector = vectors[row];
      const own = labels[row] === c ? 1 : 0;
      const others = counts[c] - own;
      if (others === 0) return 0;
      let sum = 0;
      for (let k = 0; k < width; k++) if (vector[k] !== 0) sum += vector[k] * sums[c * width + k];
      const length = rows.lengths[row];
      return scored(length > 0 ? (sum / length - own) / others : 0);
    },
    form: () => ({
      means: sums.map((sum, at) => sum / (counts[Math.floor(at / width)] || 1)),
      factors: counts.map((count) => (count > 0 ? 1 / range : 0)),
      shifts: counts.map((count) => (count > 0 ? -background / range - mean / deviation : 0)),
    }),
  };
}

function addTo(sums: Float64Array, at: number, vector: Float32Array, factor: number): void {
  for (let k = 0; k < vector.length; k++) if (vector[k] !== 0) sums[at + k] += factor * vector[k];
}

/** b, from sums of unit vectors `[way, width]`: the squared length of the sum of all is that of each class and of all pairs. */
function backgroundOf(sums: Float64Array, counts: readonly number[], width: number): number {
  let between = 0;
  for (let k = 0; k < width; k++) {
    let [all, own] = [0, 0];
    for (let at = k; at < sums.length; at += width) {
      all += sums[at];
      own += sums[at] * sums[at];
    }
    between += all * all - own;
  }
  const n = counts.reduce((a, b) => a + b, 0);
  const pairs = n ** 2 - counts.reduce((sum, count) => sum + count ** 2, 0);
  const classes = counts.filter((count) => count > 0).length;
  const { mean, classes: prior } = BACKGROUND;
  return (classes * (between / pairs) + prior * mean) / (classes + prior);
}
