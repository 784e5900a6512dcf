/**
 * InfoNCE (van den Oord, Li, Vinyals, 2018) as CLIP uses it (Radford et al., 2021): of all examples seen as b, which
 * is the one seen as a? With s_ij = e^t cos(f_a(i), f_b(j)), L = −½ mean_i (log softmax_j s_ij + log softmax_j s_ji) at
 * j = i, over every pair of modalities. The temperature e^−t is learned, from 0.07 on and not below 0.01.
 */

import { float32 } from "../base/array.js";
import { nn, np, type Tensor } from "../engine/index.js";
import { diagonal, meanOverPairs } from "./pairs.js";
import { defineAlignment } from "./types.js";

/** e^t at most. */
const SHARPEST = 100;

export const infonce = defineAlignment({
  name: "infonce",
  summary: "find an example among others by another modality",
  source: "van den Oord, Li, Vinyals 2018; Radford et al. 2021",
  init: () => ({ logScale: float32([Math.log(1 / 0.07)], []) }),
  loss(features, present, params) {
    const { logScale } = params as { logScale: Tensor };
    const scale = np.exp(np.minimum(logScale, Math.log(SHARPEST)));
    return meanOverPairs(features, present, ({ cosine, both }) => {
      const among = (table: Tensor) =>
        diagonal(nn.logSoftmax(np.where(both.greater(0), table.mul(scale), -1e9), -1));
      return among(cosine).add(among(cosine.transpose())).mul(-0.5);
    });
  },
});
