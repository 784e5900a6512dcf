/**
 * SigLIP (Zhai, Mustafa, Kolesnikov, Beyer, 2023): are these two the same example? Each pair by itself, with
 * s_ij = e^t cos(f_a(i), f_b(j)) + c, L = −mean_i Σ_j log σ(±s_ij), + for j = i, over every pair of modalities. Scale e^t
 * and bias c are learned, from 10 and −10 on.
 */

import { float32 } from "../base/array.js";
import { nn, np, type Tensor } from "../engine/index.js";
import { meanOverPairs } from "./pairs.js";
import { defineAlignment } from "./types.js";

export const siglip = defineAlignment({
  name: "siglip",
  summary: "tell for each two views whether they are one example",
  source: "Zhai, Mustafa, Kolesnikov, Beyer 2023",
  init: () => ({ logScale: float32([Math.log(10)], []), bias: float32([-10], []) }),
  loss(features, present, params) {
    const { logScale, bias } = params as { logScale: Tensor; bias: Tensor };
    return meanOverPairs(features, present, ({ cosine, both }) => {
      const sign = np.eye(both.shape[0]).mul(2).sub(1);
      const right = nn.logSigmoid(cosine.mul(np.exp(logScale)).add(bias).mul(sign));
      return np.sum(right.mul(both), -1).neg();
    });
  },
});
