/** Layers as pure functions of (params, x). Shapes are of one batch: N examples, C channels. */

import { lax, np, type Tensor } from "../engine/index.js";

/** x · weight + bias: [N, in] with [in, out] and [out] gives [N, out]. */
export function linear(x: Tensor, { weight, bias }: { weight: Tensor; bias: Tensor }): Tensor {
  return np.matmul(x, weight).add(bias);
}

/** Same-size convolution: [N, C, …space] with [K, C, …kernel] gives [N, K, …space]. No bias: a shift follows. */
export function convolve(x: Tensor, weight: Tensor): Tensor {
  return lax.convGeneralDilated(x, weight, Array(x.ndim - 2).fill(1), "SAME");
}

/**
 * Largest of each pair of neighbours along every space axis; an odd last entry is dropped.
 * [N, C, H, W] gives [N, C, ⌊H/2⌋, ⌊W/2⌋], [N, C, T] gives [N, C, ⌊T/2⌋].
 */
export function halve(x: Tensor): Tensor {
  const space = x.shape.slice(2);
  const half = space.map((size) => size >> 1);
  const even = x.slice([], [], ...half.map((size): [number, number] => [0, 2 * size]));
  const paired = even.reshape([...x.shape.slice(0, 2), ...half.flatMap((size) => [size, 2])]);
  return np.max(
    paired,
    half.map((_, i) => 3 + 2 * i),
  );
}
