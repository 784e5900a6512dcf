/**
 * What alignments by contrast share: each pair of modalities (a, b) gives a table [N, N] of how alike example i seen
 * as a is to example j seen as b. The diagonal holds the same example; all else are others.
 */

import { np, type Tensor } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";

/** One pair of modalities. */
export interface Pair {
  /** f_a(i) · f_b(j) [N, N] of features of length 1. */
  readonly cosine: Tensor;
  /** [N]: 1 where an example has both modalities, else 0. */
  readonly both: Tensor;
}

/** Keeps the length of a row of zeros from being 0. */
const EPSILON = 1e-12;

/**
 * The mean over the examples of all pairs of what `each` gives an example [N]; 0 where no example has two
 * modalities. What it gives an example that lacks one is left out.
 */
export function meanOverPairs(
  features: ByModality<Tensor>,
  present: ByModality<Tensor>,
  each: (pair: Pair) => Tensor,
): Tensor {
  const names = Object.keys(features);
  const unit = names.map((name) => {
    const own = np.where(present[name].reshape([-1, 1]).greater(0), features[name], 0);
    return own.div(np.sqrt(np.sum(own.mul(own), -1, { keepdims: true }).add(EPSILON)));
  });
  let total: Tensor = np.zeros([]);
  let count: Tensor = np.zeros([]);
  for (const [a, first] of names.entries())
    for (let b = a + 1; b < names.length; b++) {
      const both = present[first].mul(present[names[b]]);
      const values = each({ cosine: np.matmul(unit[a], unit[b].transpose()), both });
      total = total.add(np.sum(values.mul(both)));
      count = count.add(np.sum(both));
    }
  return total.div(np.maximum(count, 1));
}

/** The entries [N] on the diagonal of a table [N, N]. */
export const diagonal = (table: Tensor): Tensor => np.sum(table.mul(np.eye(table.shape[0])), -1);
