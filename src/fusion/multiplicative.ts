/**
 * Multiplicative fusion (Kim, On, Lim, Kim, Ha, Zhang, 2017): f(x) = (⊙_m tanh(g_m(x) U_m + u_m)) P, the elementwise
 * product of projected embeddings over the modalities present, a bilinear map of rank `width`. An absent modality is a
 * factor of 1.
 *
 * The biases u_m start from 1, so that factors start away from 0.
 */

import { np, type Tensor } from "../engine/index.js";
import { constant, lecunNormal } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";
import { equalShares } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";

/** `factors` U and u per modality, `projection` P `[width, width]`. */
type Params = { readonly factors: ByModality<Linear>; readonly projection: Tensor };

export const multiplicative = defineFusion({
  name: "multiplicative",
  summary: "elementwise product of projected embeddings",
  source: "Kim, On, Lim, Kim, Ha, Zhang 2017",
  init(modalities, width, streams) {
    const factor = (name: string) => ({
      weight: lecunNormal(streams("factor", name), [width, width], width),
      bias: constant(1, [width]),
    });
    return {
      factors: Object.fromEntries(modalities.map((name) => [name, factor(name)])),
      projection: lecunNormal(streams("projection"), [width, width], width),
    };
  },
  fuse({ factors, projection }: Params, features, present) {
    const product = Object.entries(features)
      .map(([name, h]) => {
        const mask = present[name].reshape([-1, 1]);
        return np.tanh(linear(h, factors[name])).sub(1).mul(mask).add(1);
      })
      .reduce((a, b) => a.mul(b));
    return { fused: np.matmul(product, projection), weights: equalShares(present) };
  },
});
