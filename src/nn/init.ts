/** Initial parameters, drawn from named random streams, so that one seed gives one model; zeros for the stream `undrawn`. */

import { float32, type NDArray, sizeOf } from "../base/array.js";
import { type Random, undrawn } from "../base/random.js";

/** Entries drawn one by one from `random`; zeros if it is `undrawn`. */
const drawn = (random: Random, shape: readonly number[], entry: () => number): NDArray =>
  random === undrawn ? constant(0, shape) : float32(Array.from({ length: sizeOf(shape) }, entry), shape);

/**
 * Normal entries of variance 2 / fan-in (He, Zhang, Ren, Sun, 2015): keeps the scale of activations through
 * ReLU layers.
 */
export function heNormal(random: Random, shape: readonly number[], fanIn: number): NDArray {
  const scale = Math.sqrt(2 / fanIn);
  return drawn(random, shape, () => scale * random.normal());
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
  const entry = () => bound * (2 * random.uniform() - 1);
  return { weight: drawn(random, [from, to], entry), bias: drawn(random, [to], entry) };
}

/** A linear layer whose weight [from, to] is by {@link heNormal} and whose bias [to] is zero. */
export const heLayer = (random: Random, from: number, to: number): Record<"weight" | "bias", NDArray> => ({
  weight: heNormal(random, [from, to], from),
  bias: constant(0, [to]),
});

/**
 * A map [from, to] that keeps distances, drawn uniformly among those (Saxe, McClelland, Ganguli, 2014): orthonormal rows
 * where `from` ≤ `to`, all distances as they were; else orthonormal columns times √(from / to), which keeps them in the
 * mean, the better the larger `to` (Johnson, Lindenstrauss, 1984).
 */
export function orthogonal(random: Random, from: number, to: number): NDArray {
  if (random === undrawn) return constant(0, [from, to]);
  const [count, length] = [Math.min(from, to), Math.max(from, to)];
  const scale = Math.sqrt(Math.max(1, from / to));
  const kept: Float64Array[] = [];
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, k) => sum + x * b[k], 0);
  while (kept.length < count) {
    const vector = Float64Array.from({ length }, () => random.normal());
    // Gram–Schmidt; twice, for what rounding leaves of the others after the first time.
    for (let time = 0; time < 2; time++)
      for (const other of kept) {
        const along = dot(vector, other);
        for (let k = 0; k < length; k++) vector[k] -= along * other[k];
      }
    const size = Math.hypot(...vector);
    kept.push(vector.map((x) => x / size));
  }
  const entry = (row: number, column: number) => (from <= to ? kept[row][column] : kept[column][row]);
  return float32(
    Array.from({ length: from * to }, (_, i) => scale * entry(Math.floor(i / to), i % to)),
    [from, to],
  );
}

/** An array with every entry equal to `value`. */
export function constant(value: number, shape: readonly number[]): NDArray {
  return float32(new Float32Array(sizeOf(shape)).fill(value), shape);
}
