/**
 * Group normalisation (Wu and He, 2018): y = scale · (x − mean) / √(variance + ε) + shift, mean and variance of each
 * example over its positions and groups of 8 channels. It keeps no statistics, and examples are independent.
 */

import { sizeOf } from "../base/array.js";
import { np, type Tensor } from "../engine/index.js";
import type { NormaliseParams } from "./normalise.js";

/** Channels per group. */
const GROUP = 8;

const EPSILON = 1e-5;

/** Normalise `x` `[N, …space, C]`, with C a multiple of 8. */
export function groupNormalise(x: Tensor, { scale, shift }: NormaliseParams): Tensor {
  const channels = x.shape[x.ndim - 1];
  const places = sizeOf(x.shape.slice(1, -1));
  const grouped = x.reshape([x.shape[0], places, channels / GROUP, GROUP]);
  const off = grouped.sub(np.mean(grouped, [1, 3], { keepdims: true }));
  const variance = np.mean(off.mul(off), [1, 3], { keepdims: true });
  const unit = off.mul(np.reciprocal(np.sqrt(variance.add(EPSILON))));
  return unit.reshape(x.shape).mul(scale).add(shift);
}
