/**
 * What alignments by contrast share: each pair of modalities (a, b) gives a table [N, N] of how alike example i seen
 * as a is to example j seen as b. The diagonal holds the same example; all else are others.
 */

import { np, type Tensor } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import { cosines } from "../nn/cosine.js";

/** One pair of modalities. */
export interface Pair {
  /** The cosine between f_a(i) and f_b(j) [N, N]. */
  readonly cosine: Tensor;
  /** [N]: 1 where an example has both modalities, else 0. */
  readonly both: Tensor;
}

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
  const seen = names.map((name) => np.where(present[name].reshape([-1, 1]).greater(0), features[name], 0));
  let total: Tensor = np.zeros([]);
  let count: Tensor = np.zeros([]);
  for (const [a, first] of names.entries())
    for (let b = a + 1; b < names.length; b++) {
      const both = present[first].mul(present[names[b]]);
      const values = each({ cosine: cosines(seen[a], seen[b]), both });
      total = total.add(np.sum(values.mul(both)));
      count = count.add(np.sum(both));
    }
  return total.div(np.maximum(count, 1));
}

/** The entries [N] on the diagonal of a table [N, N]. */
export const diagonal = (table: Tensor): Tensor => np.sum(table.mul(np.eye(table.shape[0])), -1);
