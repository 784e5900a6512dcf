/**
 * The closeness (closeness.ts) to class c as the mean cosine to its examples, on a scale on which equal vectors have 1 and
 * examples of different classes 0:
 *
 *   u_c(x) = (m_c(x) − b) / (1 − b + ε),   m_c(x) = mean_(i of c) cos(x, x_i)
 *
 * b is the mean cosine of support examples of different classes.
 */

import { bounded, ClassSums, type Closeness, type UsualCloseness } from "./closeness.js";
import type { ExpertSupport } from "./expert.js";
import type { SupportRows } from "./support-rows.js";

/** b of experience, and the number of classes that it counts as. */
const BACKGROUND = { mean: 0.3, classes: 0.5 } as const;
/** ε. */
const LEAST_RANGE = 0.02;
/** The closeness to the classes of at least one vector; `rows` holds the vectors. */
export function fitRelative(support: ExpertSupport, rows: SupportRows, usual: UsualCloseness): Closeness {
  const { vectors, labels } = support;
  const sums = new ClassSums(support, (i) => 1 / (rows.lengths[i] || 1));
  const { counts, members } = sums;
  const background = backgroundOf(sums);
  const range = 1 - background + LEAST_RANGE;
  const scored = (cosine: number) => bounded((cosine - background) / range, usual);
  return {
    of(vector, c) {
      if (counts[c] === 0) return 0;
      const cosines = rows.cosines(vector);
      let sum = 0;
      for (const i of members[c]) sum += cosines[i];
      return scored(sum / counts[c]);
    },
    leftOut(row, c) {
      const own = labels[row] === c ? 1 : 0;
      const others = counts[c] - own;
      if (others === 0) return 0;
      const length = rows.lengths[row];
      return scored(length > 0 ? (sums.product(c, vectors[row]) / length - own) / others : 0);
    },
    form() {
      const factor = 1 / (range * usual.deviation);
      const shift = -background * factor - usual.mean / usual.deviation;
      return {
        means: sums.means(),
        factors: counts.map((count) => (count > 0 ? factor : 0)),
        shifts: counts.map((count) => (count > 0 ? shift : 0)),
      };
    },
  };
}

/** b, from sums of unit vectors: the squared length of the sum of all is that of each class and of all pairs. */
function backgroundOf({ sums, counts, width }: ClassSums): number {
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
