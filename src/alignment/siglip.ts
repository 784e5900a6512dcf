/**
 * SigLIP (Zhai, Mustafa, Kolesnikov, Beyer, 2023): binary classification of each pair (i, j) as the same example or not,
 * over every pair (a, b) of modalities. With s_ij = e^t cos(f_a(i), f_b(j)) + c, L = −mean_i Σ_j log σ(±s_ij), + if j = i.
 * The scale e^t and the bias c are learned and start at 10 and −10.
 */

import { float32 } from "../base/array.js";
import { nn, np, type Tensor } from "../engine/index.js";
import { meanOverPairs } from "./pairs.js";
import { defineAlignment } from "./types.js";

/** `logScale` t and `bias` c, each `[]`. */
type Params = { readonly logScale: Tensor; readonly bias: Tensor };

export const siglip = defineAlignment({
  name: "siglip",
  summary: "pairwise sigmoid loss: classify whether two embeddings are of one example",
  source: "Zhai, Mustafa, Kolesnikov, Beyer 2023",
  init: () => ({ logScale: float32([Math.log(10)], []), bias: float32([-10], []) }),
  loss: (features, present, { logScale, bias }: Params) =>
    meanOverPairs(features, present, ({ cosine, both }) => {
      const sign = np.eye(both.shape[0]).mul(2).sub(1);
      const logLikelihood = nn.logSigmoid(cosine.mul(np.exp(logScale)).add(bias).mul(sign));
      return np.sum(logLikelihood.mul(both), -1).neg();
    }),
});
