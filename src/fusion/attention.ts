/**
 * Attention over modalities (scaled dot-product attention: Vaswani et al., 2017; over modalities: Hori et al., 2017):
 * f(x) = Σ_m α_m(x) g_m(x) with α = softmax over the modalities present of q · k_m / √width. The query q = h̄ W + b is
 * computed from the mean h̄ of the embeddings present, the key k_m = g_m(x) W_m + b_m from one modality's embedding.
 *
 * Unlike in `gated`, the weight of a modality depends on the other modalities. The query starts from zero, so f starts
 * from the mean.
 */

import { np } from "../engine/index.js";
import { constant, lecunNormal } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";
import { mapEach, meanPresent } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

type Params = { readonly query: Linear; readonly keys: ByModality<Linear> };

export const attention = defineFusion({
  name: "attention",
  summary: "weighted sum by attention of the mean embedding to each modality",
  source: "Vaswani et al. 2017; Hori et al. 2017",
  init(modalities, width, streams) {
    const key = (name: string) => ({
      weight: lecunNormal(streams("key", name), [width, width], width),
      bias: constant(0, [width]),
    });
    return {
      query: { weight: constant(0, [width, width]), bias: constant(0, [width]) },
      keys: Object.fromEntries(modalities.map((name) => [name, key(name)])),
    };
  },
  fuse({ query, keys }: Params, features, present) {
    const q = linear(meanPresent(features, present), query);
    const scale = 1 / Math.sqrt(q.shape[1]);
    const scores = mapEach(features, (h, name) => np.sum(linear(h, keys[name]).mul(q), -1).mul(scale));
    return weightedSum(scores, features, present);
  },
});
