/**
 * Attention among the modalities: each is a token t_m = g_m(x) + e_m that takes up what the tokens present say,
 * o_m = t_m + Σ_j a_mj t_j V with a_m = softmax over the j present of (t_m Q) · (t_j K) / √width, and f(x) is the mean
 * of the o_m present (Vaswani et al., 2017; across modalities: Tsai et al., 2019).
 *
 * V starts from zero, hence f from the mean. The weight of a modality is the attention that it gets, averaged over
 * the tokens present.
 */

import { np, type Tensor } from "../engine/index.js";
import { constant, lecunNormal } from "../nn/init.js";
import { countPresent, mapEach, meanPresent, total } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

type Params = {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly tokens: ByModality<Tensor>;
};

export const crossAttention = defineFusion({
  name: "cross-attention",
  summary: "attention among the modalities present, each a token",
  source: "Vaswani et al. 2017; Tsai et al. 2019",
  init: (modalities, width, streams) => ({
    query: lecunNormal(streams("query"), [width, width], width),
    key: lecunNormal(streams("key"), [width, width], width),
    value: constant(0, [width, width]),
    tokens: Object.fromEntries(modalities.map((name) => [name, constant(0, [width])])),
  }),
  fuse(params, features, present) {
    const { query, key, value, tokens } = params as Params;
    const own = mapEach(features, (h, name) => h.add(tokens[name]));
    const keys = mapEach(own, (t) => np.matmul(t, key));
    const values = mapEach(own, (t) => np.matmul(t, value));
    const scale = 1 / Math.sqrt(query.shape[0]);
    const heard = mapEach(own, (t) => {
      const q = np.matmul(t, query).mul(scale);
      const scores = mapEach(keys, (k) => np.sum(q.mul(k), -1));
      return weightedSum(scores, values, present);
    });
    const fused = meanPresent(
      mapEach(own, (t, name) => t.add(heard[name].fused)),
      present,
    );
    const got = (name: string) =>
      total(Object.keys(own).map((to) => heard[to].weights[name].mul(present[to])));
    return { fused, weights: mapEach(own, (_, name) => got(name).div(countPresent(present))) };
  },
});
