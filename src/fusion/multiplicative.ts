/**
 * f(x) = (⊙_m tanh(g_m(x) U_m + u_m)) P, the elementwise product of projected factors over the modalities present
 * (Kim, On, Lim, Kim, Ha, Zhang, 2017: a bilinear map of rank width). An absent modality is a factor 1.
 *
 * The biases u_m start from 1, so that a factor starts away from 0 and does not silence the others.
 */

import { np, type Tensor } from "../engine/index.js";
import { constant, lecunNormal } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";
import { equalShares } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";

export const multiplicative = defineFusion({
  name: "multiplicative",
  summary: "the product of the modalities' projections, feature by feature",
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
  fuse(params, features, present) {
    const { factors, projection } = params as { factors: ByModality<Linear>; projection: Tensor };
    const product = Object.entries(features)
      .map(([name, h]) => {
        const has = present[name].reshape([-1, 1]);
        return np.tanh(linear(h, factors[name])).sub(1).mul(has).add(1);
      })
      .reduce((a, b) => a.mul(b));
    return { fused: np.matmul(product, projection), weights: equalShares(present) };
  },
});
