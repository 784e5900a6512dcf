/** Layers as pure functions of (params, x), for a batch of N examples with channels C last. */

import { lax, nn, np, type Tensor } from "../engine/index.js";

/** A linear layer's `weight` `[in, out]` and `bias` `[out]`. */
export type Linear = { readonly weight: Tensor; readonly bias: Tensor };

/** x · weight + bias: `[N, in]` to `[N, out]`. */
export function linear(x: Tensor, { weight, bias }: Linear): Tensor {
  return np.matmul(x, weight).add(bias);
}

/**
 * Layer normalisation (Ba, Kiros, Hinton, 2016) without a learned scale and shift: `x` `[…, C]` with mean 0 and variance 1
 * along the last axis.
 */
export function layerNormalise(x: Tensor): Tensor {
  const centred = x.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(centred.mul(centred), -1, { keepdims: true });
  return centred.mul(np.reciprocal(np.sqrt(variance.add(1e-5))));
}

/**
 * Convolution with stride 1 and `SAME` padding, channels last: `x` `[N, …space, C]` with `weight` `[K, C, …kernel]` to
 * `[N, …space, K]`. There is no bias, since normalisation with a learned shift follows.
 */
export function convolve(x: Tensor, weight: Tensor): Tensor {
  const space = x.shape.slice(1, -1).map((_, i) => i + 1);
  const last = x.ndim - 1;
  const y = lax.convGeneralDilated(
    x.transpose([0, last, ...space]),
    weight,
    Array(space.length).fill(1),
    "SAME",
  );
  return y.transpose([0, ...space.map((axis) => axis + 1), 1]);
}

/**
 * `value`, differentiated as `linear`, which equals it: value + (linear − linear) with the first two held constant.
 * Compiled, the difference folds away and only the derivative of `linear` remains.
 */
function differentiatedAs(value: Tensor, linear: Tensor): Tensor {
  return lax.stopGradient(value).add(linear.sub(lax.stopGradient(linear)));
}

/** ReLU, max(x, 0). Its derivative is computed as a 0-1 mask, which is cheaper than a selection; it is 0 at 0. */
export function relu(x: Tensor): Tensor {
  const mask = x.greater(0).astype(np.float32);
  return differentiatedAs(nn.relu(x), x.mul(lax.stopGradient(mask)));
}

/**
 * Max pooling of size 2 and stride 2 along every space axis: `[N, H, W, C]` to `[N, ⌊H/2⌋, ⌊W/2⌋, C]`, `[N, T, C]` to
 * `[N, ⌊T/2⌋, C]`. An axis of size 1 is kept. Tied largest entries share the derivative equally.
 */
export function maxPool(x: Tensor): Tensor {
  const [examples, ...space] = x.shape;
  const channels = space.pop()!;
  const windows = space.map((size) => Math.min(2, size));
  const half = space.map((size, i) => Math.floor(size / windows[i]));
  const even = x.slice([], ...half.map((size, i): [number, number] => [0, windows[i] * size]));
  const paired = even.reshape([examples, ...half.flatMap((size, i) => [size, windows[i]]), channels]);
  const pairs = half.map((_, i) => 2 + 2 * i);
  const largest = np.max(paired, pairs, { keepdims: true });
  const mask = lax.stopGradient(paired.equal(largest).astype(np.float32));
  const share = np.reciprocal(np.sum(mask, pairs));
  return differentiatedAs(
    np.max(paired, pairs),
    np.sum(paired.mul(mask), pairs).mul(lax.stopGradient(share)),
  );
}
