/**
 * Triplet loss (Schroff, Kalenichenko, Philbin, 2015) across modalities: the anchor f_a(i), the positive f_b(i) and every
 * negative f_b(j), and the same from b to a; L = mean of max(0, ‖f_a(i) − f_b(i)‖² − ‖f_a(i) − f_b(j)‖² + margin).
 * Embeddings have unit norm, so a squared distance is 2 − 2 cos.
 *
 * All triplets are used; the paper selects semi-hard negatives.
 */

import { nn, np, type Tensor } from "../engine/index.js";
import { diagonal, meanOverPairs } from "./pairs.js";
import { defineAlignment } from "./types.js";

/** The margin of the paper. */
const MARGIN = 0.2;

export const triplet = defineAlignment({
  name: "triplet",
  summary: "triplet loss between the modalities of one example and other examples",
  source: "Schroff, Kalenichenko, Philbin 2015",
  loss: (features, present) =>
    meanOverPairs(features, present, ({ cosine, both }) => {
      const negatives = both.reshape([1, -1]).mul(np.eye(both.shape[0]).mul(-1).add(1));
      const positive = diagonal(cosine).reshape([-1, 1]);
      const violation = (similarity: Tensor) => nn.relu(similarity.sub(positive).mul(2).add(MARGIN));
      const violations = violation(cosine).add(violation(cosine.transpose())).mul(0.5);
      return np.sum(violations.mul(negatives), -1).div(np.maximum(np.sum(negatives, -1), 1));
    }),
});
