/**
 * InfoNCE (van den Oord, Li, Vinyals, 2018), symmetric as in CLIP (Radford et al., 2021), over every pair (a, b) of
 * modalities: with s_ij = e^t cos(f_a(i), f_b(j)), L = −½ mean_i (log softmax_j s_ij + log softmax_j s_ji) at j = i. The
 * temperature e^−t is learned, starts at 0.07 and is at least 0.01.
 */

import { float32 } from "../base/array.js";
import { nn, np, type Tensor } from "../engine/index.js";
import { diagonal, meanOverPairs } from "./pairs.js";
import { defineAlignment } from "./types.js";

/** Largest e^t. */
const MAX_SCALE = 100;

/** `logScale` t `[]`. */
type Params = { readonly logScale: Tensor };

export const infonce = defineAlignment({
  name: "infonce",
  summary: "contrastive loss: classify which of the examples another modality belongs to",
  source: "van den Oord, Li, Vinyals 2018; Radford et al. 2021",
  init: () => ({ logScale: float32([Math.log(1 / 0.07)], []) }),
  loss(features, present, { logScale }: Params) {
    const scale = np.exp(np.minimum(logScale, Math.log(MAX_SCALE)));
    return meanOverPairs(features, present, ({ cosine, both }) => {
      const logProbabilities = (similarity: Tensor) =>
        diagonal(nn.logSoftmax(np.where(both.greater(0), similarity.mul(scale), -1e9), -1));
      return logProbabilities(cosine).add(logProbabilities(cosine.transpose())).mul(-0.5);
    });
  },
});
