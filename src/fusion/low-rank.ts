/**
 * Low-rank multimodal fusion (Liu, Shen, Lakshminarasimhan, Liang, Zadeh, Morency, 2018): tensor fusion whose core W is a
 * sum of R products of one factor per modality, so that the outer product is never computed:
 *
 * f(x) = R^(−½) Σ_r ⊙_m [g_m(x); 1] W_m^(r). An absent modality has a learned constant factor, which starts as the row of
 * the 1. Every W is such a sum if R is large enough. R^(−½) keeps the scale of f independent of R.
 */

import { np, type Tensor } from "../engine/index.js";
import { lecunNormal } from "../nn/init.js";
import { linear } from "../nn/layers.js";
import { equalShares } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";

/** R of a new model. */
const RANK = 4;

/** `weight` `[width, R · width]`; `bias`, the row of the 1, and `absent` `[R · width]`, per modality. */
type Factors = ByModality<{ readonly weight: Tensor; readonly bias: Tensor; readonly absent: Tensor }>;

export const lowRank = defineFusion({
  name: "low-rank",
  summary: "tensor fusion with a low-rank core",
  source: "Liu, Shen, Lakshminarasimhan, Liang, Zadeh, Morency 2018",
  // Factors start with variance 1 for features of variance 1: one half from the features, one half from the constant.
  init: (modalities, width, streams) =>
    Object.fromEntries(
      modalities.map((name) => [
        name,
        {
          weight: lecunNormal(streams("weight", name), [width, RANK * width], 2 * width),
          bias: lecunNormal(streams("bias", name), [RANK * width], 2),
          absent: lecunNormal(streams("bias", name), [RANK * width], 2),
        },
      ]),
    ),
  fuse(factors: Factors, features, present) {
    const product = Object.entries(factors)
      .map(([name, { absent, ...factor }]) => {
        if (!Object.hasOwn(features, name)) return absent.reshape([1, -1]);
        const mask = present[name].reshape([-1, 1]);
        return linear(features[name], factor).sub(absent).mul(mask).add(absent);
      })
      .reduce((a, b) => a.mul(b));
    const width = Object.values(features)[0].shape[1];
    const ranks = product.reshape([product.shape[0], -1, width]);
    return {
      fused: np.sum(ranks, 1).mul(1 / Math.sqrt(ranks.shape[1])),
      weights: equalShares(present),
    };
  },
});
