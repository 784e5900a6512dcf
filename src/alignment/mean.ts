/**
 * Alignment to the best common point: h(x) = argmin_h Σ_m ‖f_m(x) − h‖², over the modalities present.
 *
 * Setting the derivative 2 Σ_m (h − f_m) to 0 gives the closed form h = Σ_m f_m / Σ_m 1: the masked mean. The
 * loss is the minimum itself, Σ_m ‖f_m − h‖², a dimension and averaged over the examples with two or more
 * modalities (generalised canonical correlation's objective: Carroll, 1968; Kettenring, 1971).
 */

import { np, type Tensor } from "../engine/index.js";
import { type ByModality, meanPresent, total } from "../fusion/index.js";
import { maskedMean } from "../nn/loss.js";
import { defineAlignment } from "./types.js";

/** h [N, width]: the mean of the features present; 0 where an example has none. */
export const consensus = meanPresent;

/**
 * Σ_m ‖f_m − centre‖² over the modalities present, a dimension, and averaged over the examples with two or more;
 * `centre` [N, width].
 */
export function spreadAround(
  centre: Tensor,
  features: ByModality<Tensor>,
  present: ByModality<Tensor>,
): Tensor {
  const away = Object.keys(features).map((name) => {
    const own = features[name].sub(centre);
    return np.mean(own.mul(own), -1).mul(present[name]);
  });
  const several = total(Object.values(present)).greater(1).astype(np.float32);
  return maskedMean(total(away), several);
}

export const mean = defineAlignment({
  name: "mean",
  summary: "the squared distance of each modality to their mean",
  source: "Carroll 1968; Kettenring 1971",
  loss: (features, present) => spreadAround(consensus(features, present), features, present),
});
