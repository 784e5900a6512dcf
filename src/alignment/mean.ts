/**
 * Alignment to the best common point: h(x) = argmin_h Σ_m ‖f_m(x) − h‖², over the modalities present.
 *
 * Setting the derivative 2 Σ_m (h − f_m) to 0 gives the closed form h = Σ_m f_m / Σ_m 1: the masked mean. The
 * loss is the minimum itself, Σ_m ‖f_m − h‖², a dimension and averaged over the examples with two or more
 * modalities (generalised canonical correlation's objective: Carroll, 1968; Kettenring, 1971).
 */

import { np, type Tensor } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import { maskedMean } from "../nn/loss.js";
import type { Alignment } from "./types.js";

/** h [N, width]: the mean of the features present; 0 where an example has none. */
export function consensus(features: ByModality<Tensor>, present: ByModality<Tensor>): Tensor {
  const names = Object.keys(features);
  const sum = names
    .map((name) => features[name].mul(present[name].reshape([-1, 1])))
    .reduce((a, b) => a.add(b));
  return sum.div(np.maximum(countOf(present), 1).reshape([-1, 1]));
}

/** How many modalities each example has, [N]. */
export const countOf = (present: ByModality<Tensor>) => Object.values(present).reduce((a, b) => a.add(b));

export const mean: Alignment = {
  name: "mean",
  summary: "the squared distance of each modality to their mean",
  source: "Carroll 1968; Kettenring 1971",
  loss(features, present) {
    const h = consensus(features, present);
    const spread = Object.keys(features)
      .map((name) => {
        const away = features[name].sub(h);
        return np.mean(away.mul(away), -1).mul(present[name]);
      })
      .reduce((a, b) => a.add(b));
    return maskedMean(spread, countOf(present).greater(1).astype(np.float32));
  },
};
