/**
 * f(x) = Σ_m α_m(x) g_m(x) with α = softmax over the modalities present of q · k_m / √width, where the query
 * q = h̄ W + b reads the mean h̄ of the vectors present and the key k_m = g_m(x) W_m + b_m reads a modality's own
 * (scaled dot-product attention: Vaswani et al., 2017; over modalities: Hori et al., 2017).
 *
 * Unlike a gate, how far a modality is trusted depends on what the others say. The query starts from zero, hence f
 * from the mean.
 */

import { np } from "../engine/index.js";
import { constant, lecunNormal } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";
import { mapEach, meanPresent } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

export const attention = defineFusion({
  name: "attention",
  summary: "a weight a modality, by attention to the mean of those present",
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
  fuse(params, features, present) {
    const { query, keys } = params as { query: Linear; keys: ByModality<Linear> };
    const q = linear(meanPresent(features, present), query);
    const scale = 1 / Math.sqrt(q.shape[1]);
    const scores = mapEach(features, (h, name) => np.sum(linear(h, keys[name]).mul(q), -1).mul(scale));
    return weightedSum(scores, features, present);
  },
});
