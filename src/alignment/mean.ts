/**
 * Alignment to the mean embedding: h(x) = argmin_h Σ_m ‖f_m(x) − h‖², over the modalities present.
 *
 * Setting the derivative 2 Σ_m (h − f_m) to 0 gives the closed form h = Σ_m f_m / Σ_m 1, the masked mean. The loss is the
 * minimum, Σ_m ‖f_m − h‖² / width, averaged over the examples with two or more modalities (the objective of generalised
 * canonical correlation: Carroll, 1968; Kettenring, 1971).
 */

import { np, type Tensor } from "../engine/index.js";
import { type ByModality, meanPresent, total } from "../fusion/index.js";
import { maskedMean } from "../nn/loss.js";
import { defineAlignment } from "./types.js";

/**
 * Σ_m ‖f_m − centre‖² / width over the modalities present, averaged over the examples with two or more, for a `centre`
 * `[N, width]`.
 */
export function spreadAround(
  centre: Tensor,
  features: ByModality<Tensor>,
  present: ByModality<Tensor>,
): Tensor {
  const distances = Object.keys(features).map((name) => {
    const difference = features[name].sub(centre);
    return np.mean(difference.mul(difference), -1).mul(present[name]);
  });
  const hasSeveral = total(Object.values(present)).greater(1).astype(np.float32);
  return maskedMean(total(distances), hasSeveral);
}

/** {@link spreadAround} the mean h of the features present. */
export const spreadAroundMean = (features: ByModality<Tensor>, present: ByModality<Tensor>): Tensor =>
  spreadAround(meanPresent(features, present), features, present);

export const mean = defineAlignment({
  name: "mean",
  summary: "squared distance of each modality's embedding to their mean",
  source: "Carroll 1968; Kettenring 1971",
  loss: (features, present) => spreadAroundMean(features, present),
});
