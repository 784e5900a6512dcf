/** Losses and scores, averaged over the examples of a mask. */

import { nn, np, type Tensor } from "../engine/index.js";

/** Mean of `values` `[N]` over the examples with `mask` `[N]` 1: Σ mask · values / Σ mask; 0 if there are none. */
export function maskedMean(values: Tensor, mask: Tensor): Tensor {
  return np.sum(values.mul(mask)).div(np.maximum(np.sum(mask), 1));
}

/** Mean cross-entropy −Σ_k y_k log softmax(logits)_k of `logits` and one-hot `labels` `[N, way]`, with `mask` `[N]`. */
export function crossEntropy(logits: Tensor, labels: Tensor, mask: Tensor): Tensor {
  return maskedMean(np.sum(nn.logSoftmax(logits, -1).mul(labels), -1).neg(), mask);
}

/** Squared error (z − y)², summed over outputs and averaged over examples; both `[N, outputs]`, with `mask` `[N]`. */
export function squaredError(outputs: Tensor, labels: Tensor, mask: Tensor): Tensor {
  const error = outputs.sub(labels);
  return maskedMean(np.sum(error.mul(error), -1), mask);
}

/** Accuracy, the share of examples whose largest logit is that of their class; k tied classes count 1 / k each. */
export function accuracy(logits: Tensor, labels: Tensor, mask: Tensor): Tensor {
  const best = logits.greaterEqual(np.max(logits, -1, { keepdims: true })).astype(np.float32);
  return maskedMean(np.sum(best.mul(labels), -1).div(np.sum(best, -1)), mask);
}

/** `logits` `[N, way]` with those of padding classes (`classMask` `[way]` 0) so low that their probability is 0. */
export function maskClasses(logits: Tensor, classMask: Tensor): Tensor {
  return np.where(classMask.greater(0), logits, -1e9);
}
