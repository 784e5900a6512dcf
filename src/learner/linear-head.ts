/**
 * A linear head that gradient descent fits to a support: logits = features · weight + bias, a column a class.
 *
 * Every class starts from zero, so any number of classes works and their order does not matter. Learning one start
 * w shared by all classes would change nothing: it adds h · w to every logit, which softmax takes away, and
 * Σ_k (p_k − y_k) w = 0 to the features' gradient; w itself would get gradient 0.
 */

import { np, type Tensor } from "../engine/index.js";
import { linear } from "../nn/layers.js";
import { crossEntropy, maskWays } from "../nn/loss.js";
import type { Targets } from "./types.js";

/** `weight` [width, way], `bias` [way]. */
export type LinearHead = { readonly weight: Tensor; readonly bias: Tensor };

/** The head of a new episode. */
export const startHead = (width: number, way: number): LinearHead => ({
  weight: np.zeros([width, way]),
  bias: np.zeros([way]),
});

/** How far the head is from the targets of `features` [N, width]: what descent minimises. */
export const headLoss = (features: Tensor, head: LinearHead, { labels, counts, ways }: Targets): Tensor =>
  crossEntropy(maskWays(linear(features, head), ways), labels, counts);
