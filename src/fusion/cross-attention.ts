/**
 * Attention among modalities (Vaswani et al., 2017; across modalities: Tsai et al., 2019): each modality is a token
 * t_m = g_m(x) + e_m, updated by the tokens present, o_m = t_m + Σ_j a_mj t_j V with a_m = softmax over the j present of
 * (t_m Q) · (t_j K) / √width; f(x) is the mean of the o_m present.
 *
 * V starts from zero, so f starts from the mean. The fusion weight of a modality is the attention that it receives,
 * averaged over the tokens present.
 */

import { np, type Tensor } from "../engine/index.js";
import { constant, lecunNormal } from "../nn/init.js";
import { countPresent, mapEach, meanPresent, total } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

/** Q, K and V `[width, width]`; `tokens` e `[width]` per modality. */
type Params = {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly tokens: ByModality<Tensor>;
};

export const crossAttention = defineFusion({
  name: "cross-attention",
  summary: "mean of modality tokens after attention among them",
  source: "Vaswani et al. 2017; Tsai et al. 2019",
  init: (modalities, width, streams) => ({
    query: lecunNormal(streams("query"), [width, width], width),
    key: lecunNormal(streams("key"), [width, width], width),
    value: constant(0, [width, width]),
    tokens: Object.fromEntries(modalities.map((name) => [name, constant(0, [width])])),
  }),
  fuse({ query, key, value, tokens: embeddings }: Params, features, present) {
    const tokens = mapEach(features, (h, name) => h.add(embeddings[name]));
    const keys = mapEach(tokens, (t) => np.matmul(t, key));
    const values = mapEach(tokens, (t) => np.matmul(t, value));
    const scale = 1 / Math.sqrt(query.shape[0]);
    const attended = mapEach(tokens, (t) => {
      const q = np.matmul(t, query).mul(scale);
      const scores = mapEach(keys, (k) => np.sum(q.mul(k), -1));
      return weightedSum(scores, values, present);
    });
    const fused = meanPresent(
      mapEach(tokens, (t, name) => t.add(attended[name].fused)),
      present,
    );
    const received = (name: string) =>
      total(Object.keys(tokens).map((reader) => attended[reader].weights[name].mul(present[reader])));
    return { fused, weights: mapEach(tokens, (_, name) => received(name).div(countPresent(present))) };
  },
});
