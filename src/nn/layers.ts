/** Layers as pure functions of (params, x). Shapes are of one batch: N examples, C channels. */

import { lax, nn, np, type Tensor } from "../engine/index.js";

/** x · weight + bias: [N, in] with [in, out] and [out] gives [N, out]. */
export function linear(x: Tensor, { weight, bias }: { weight: Tensor; bias: Tensor }): Tensor {
  return np.matmul(x, weight).add(bias);
}

/** Same-size convolution: [N, C, …space] with [K, C, …kernel] gives [N, K, …space]. No bias: a shift follows. */
export function convolve(x: Tensor, weight: Tensor): Tensor {
  return lax.convGeneralDilated(x, weight, Array(x.ndim - 2).fill(1), "SAME");
}

/**
 * `value`, differentiated as `linear`, which equals it: value + (linear − linear) with the first two held constant.
 * Compiled, the difference folds away and only the derivative of `linear` remains.
 */
function differentiatedAs(value: Tensor, linear: Tensor): Tensor {
  return lax.stopGradient(value).add(linear.sub(lax.stopGradient(linear)));
}

/** max(x, 0). Its derivative is a mask of ones and zeros, which is cheaper than a choice; it is 0 at 0. */
export function rectify(x: Tensor): Tensor {
  const mask = x.greater(0).astype(np.float32);
  return differentiatedAs(nn.relu(x), x.mul(lax.stopGradient(mask)));
}

/**
 * Largest of each pair of neighbours along every space axis; an odd last entry is dropped.
 * [N, C, H, W] gives [N, C, ⌊H/2⌋, ⌊W/2⌋], [N, C, T] gives [N, C, ⌊T/2⌋]. Where several are largest, they share
 * the derivative equally.
 */
export function halve(x: Tensor): Tensor {
  const space = x.shape.slice(2);
  const half = space.map((size) => size >> 1);
  const even = x.slice([], [], ...half.map((size): [number, number] => [0, 2 * size]));
  const paired = even.reshape([...x.shape.slice(0, 2), ...half.flatMap((size) => [size, 2])]);
  const pairs = half.map((_, i) => 3 + 2 * i);
  const largest = np.max(paired, pairs, { keepdims: true });
  const mask = lax.stopGradient(paired.equal(largest).astype(np.float32));
  const share = np.reciprocal(np.sum(mask, pairs));
  return differentiatedAs(
    np.max(paired, pairs),
    np.sum(paired.mul(mask), pairs).mul(lax.stopGradient(share)),
  );
}
