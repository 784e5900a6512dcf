/** Initial parameters, drawn from named random streams so that one seed gives one model. */

import { float32, type NDArray, sizeOf } from "../base/array.js";
import type { Random } from "../base/random.js";

/**
 * Normal entries of variance 2 / fan-in (He, Zhang, Ren, Sun, 2015): keeps the scale of activations through
 * layers with rectifiers.
 */
export function heNormal(random: Random, shape: readonly number[], fanIn: number): NDArray {
  const scale = Math.sqrt(2 / fanIn);
  return float32(
    Array.from({ length: sizeOf(shape) }, () => scale * random.normal()),
    shape,
  );
}

/** Normal entries of variance 1 / fan-in (LeCun, Bottou, Orr, Müller, 1998): keeps the scale through linear maps. */
export const lecunNormal = (random: Random, shape: readonly number[], fanIn: number): NDArray =>
  heNormal(random, shape, 2 * fanIn);

/**
 * A linear layer whose weight [from, to] and bias [to] are uniform of variance 1 / from (LeCun, Bottou, Orr, Müller,
 * 1998): the bias as the weights of an input that is 1.
 */
export function uniformLayer(random: Random, from: number, to: number): Record<"weight" | "bias", NDArray> {
  const bound = Math.sqrt(3 / from);
  const drawn = (count: number) => Array.from({ length: count }, () => bound * (2 * random.uniform() - 1));
  return { weight: float32(drawn(from * to), [from, to]), bias: float32(drawn(to), [to]) };
}

/** Every entry the same. */
export function constant(value: number, shape: readonly number[]): NDArray {
  return float32(new Float32Array(sizeOf(shape)).fill(value), shape);
}
