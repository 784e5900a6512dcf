/** Losses over masked examples. */

import { nn, np, type Tensor } from "../engine/index.js";

/** Mean over the examples with `mask` 1: Σ mask · values / Σ mask; 0 where there are none. */
export function maskedMean(values: Tensor, mask: Tensor): Tensor {
  return np.sum(values.mul(mask)).div(np.maximum(np.sum(mask), 1));
}

/** −Σ_k y_k log softmax(logits)_k, averaged. `logits`, one-hot `labels` [N, way], `mask` [N]. */
export function crossEntropy(logits: Tensor, labels: Tensor, mask: Tensor): Tensor {
  return maskedMean(np.sum(nn.logSoftmax(logits, -1).mul(labels), -1).neg(), mask);
}

/** (z − y)² summed over outputs and averaged over examples. `outputs`, `labels` [N, outputs], `mask` [N]. */
export function squaredError(outputs: Tensor, labels: Tensor, mask: Tensor): Tensor {
  const away = outputs.sub(labels);
  return maskedMean(np.sum(away.mul(away), -1), mask);
}

/** The share of examples whose largest logit is their class; of k that tie, each is right by 1 / k. */
export function accuracyOf(logits: Tensor, labels: Tensor, mask: Tensor): Tensor {
  const best = logits.greaterEqual(np.max(logits, -1, { keepdims: true })).astype(np.float32);
  return maskedMean(np.sum(best.mul(labels), -1).div(np.sum(best, -1)), mask);
}

/** The logits with those of padding classes (`ways` [way] 0) so low that they take no probability. */
export function maskWays(logits: Tensor, ways: Tensor): Tensor {
  return np.where(ways.greater(0), logits, -1e9);
}
