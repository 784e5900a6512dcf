/**
 * Contrastive losses over pairs of modalities: each pair (a, b) gives a matrix `[N, N]` of similarities between example i's
 * embedding in a and example j's in b. The diagonal holds the positive pairs; all other entries are negatives.
 */

import { np, type Tensor } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import { cosines } from "../nn/cosine.js";

/** One pair of modalities. */
interface Pair {
  /** Cosine between f_a(i) and f_b(j), `[N, N]`. */
  readonly cosine: Tensor;
  /** Mask `[N]` of the examples that have both modalities. */
  readonly both: Tensor;
}

/**
 * The mean over all pairs of modalities and their examples of `lossOf` `[N]`; 0 if no example has two modalities.
 * Examples that lack one of the two are masked.
 */
export function meanOverPairs(
  features: ByModality<Tensor>,
  present: ByModality<Tensor>,
  lossOf: (pair: Pair) => Tensor,
): Tensor {
  const names = Object.keys(features);
  const embeddings = names.map((name) =>
    np.where(present[name].reshape([-1, 1]).greater(0), features[name], 0),
  );
  let total: Tensor = np.zeros([]);
  let count: Tensor = np.zeros([]);
  for (const [a, first] of names.entries())
    for (let b = a + 1; b < names.length; b++) {
      const both = present[first].mul(present[names[b]]);
      const losses = lossOf({ cosine: cosines(embeddings[a], embeddings[b]), both });
      total = total.add(np.sum(losses.mul(both)));
      count = count.add(np.sum(both));
    }
  return total.div(np.maximum(count, 1));
}

/** The diagonal `[N]` of a matrix `[N, N]`. */
export const diagonal = (matrix: Tensor): Tensor => np.sum(matrix.mul(np.eye(matrix.shape[0])), -1);
