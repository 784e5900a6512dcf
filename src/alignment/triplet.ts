/**
 * The triplet loss (Schroff, Kalenichenko, Philbin, 2015) across modalities: an example seen as a is nearer to itself
 * seen as b than to any other, ‖f_a(i) − f_b(i)‖² + margin < ‖f_a(i) − f_b(j)‖², and the same from b to a; L is the mean
 * of what each triplet lacks. Features are of length 1, so a squared distance is 2 − 2 cos.
 *
 * The paper's choice among triplets is left out: a batch is small enough to take them all.
 */

import { nn, np, type Tensor } from "../engine/index.js";
import { diagonal, meanOverPairs } from "./pairs.js";
import { defineAlignment } from "./types.js";

/** The paper's. */
const MARGIN = 0.2;

export const triplet = defineAlignment({
  name: "triplet",
  summary: "an example nearer to itself in another modality than others",
  source: "Schroff, Kalenichenko, Philbin 2015",
  loss: (features, present) =>
    meanOverPairs(features, present, ({ cosine, both }) => {
      const others = both.reshape([1, -1]).mul(np.eye(both.shape[0]).mul(-1).add(1));
      const own = diagonal(cosine).reshape([-1, 1]);
      const lacking = (table: Tensor) => nn.relu(table.sub(own).mul(2).add(MARGIN));
      const lack = lacking(cosine).add(lacking(cosine.transpose())).mul(0.5);
      return np.sum(lack.mul(others), -1).div(np.maximum(np.sum(others, -1), 1));
    }),
});
