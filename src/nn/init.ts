/** Initial parameters, drawn from named random streams, so that one seed gives one model; zeros for the stream `undrawn`. */

import { float32, type NDArray, sizeOf } from "../base/array.js";
import { type Random, undrawn } from "../base/random.js";

/** Entries drawn one by one from `random`; zeros if it is `undrawn`. */
const drawn = (random: Random, shape: readonly number[], entry: () => number): NDArray =>
  random === undrawn ? constant(0, shape) : float32(Array.from({ length: sizeOf(shape) }, entry), shape);

/**
 * Normal entries of variance 2 / fan-in (He, Zhang, Ren, Sun, 2015): preserves the scale of activations through
 * ReLU layers.
 */
export function heNormal(random: Random, shape: readonly number[], fanIn: number): NDArray {
  const scale = Math.sqrt(2 / fanIn);
  return drawn(random, shape, () => scale * random.normal());
}

/** Normal entries of variance 1 / fan-in (LeCun, Bottou, Orr, Müller, 1998): preserves the scale through linear maps. */
export const lecunNormal = (random: Random, shape: readonly number[], fanIn: number): NDArray =>
  heNormal(random, shape, 2 * fanIn);

/** A linear layer with weight `[from, to]` and bias `[to]` uniform, of variance 1 / from (LeCun, Bottou, Orr, Müller, 1998). */
export function uniformLayer(random: Random, from: number, to: number): Record<"weight" | "bias", NDArray> {
  const bound = Math.sqrt(3 / from);
  const entry = () => bound * (2 * random.uniform() - 1);
  return { weight: drawn(random, [from, to], entry), bias: drawn(random, [to], entry) };
}

/** A linear layer with weight `[from, to]` drawn by {@link heNormal} and zero bias `[to]`. */
export const heLayer = (random: Random, from: number, to: number): Record<"weight" | "bias", NDArray> => ({
  weight: heNormal(random, [from, to], from),
  bias: constant(0, [to]),
});

/**
 * A random orthogonal matrix `[from, to]`, drawn uniformly (Saxe, McClelland, Ganguli, 2014): orthonormal rows if
 * `from` ≤ `to`, which preserve distances; else orthonormal columns times √(from / to), which preserve squared distances in
 * expectation, with an error that falls as `to` grows (Johnson, Lindenstrauss, 1984).
 */
export function orthogonal(random: Random, from: number, to: number): NDArray {
  if (random === undrawn) return constant(0, [from, to]);
  const [count, length] = [Math.min(from, to), Math.max(from, to)];
  const scale = Math.sqrt(Math.max(1, from / to));
  const kept: Float64Array[] = [];
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, k) => sum + x * b[k], 0);
  while (kept.length < count) {
    const vector = Float64Array.from({ length }, () => random.normal());
    // Gram–Schmidt, twice: the second pass removes the rounding errors of the first.
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

/**
 * A random matrix `[from, to]` with one entry of 1 or −1 in each row: an isometry if `from` ≤ `to`, whose columns then have at
 * most one entry; else all columns have as many entries up to one, and squared distances are preserved in expectation (count
 * sketch; Charikar, Chen, Farach-Colton, 2002).
 */
export function signedColumns(random: Random, from: number, to: number): NDArray {
  const matrix = constant(0, [from, to]);
  if (random === undrawn) return matrix;
  const order = random.shuffle(Array.from({ length: to }, (_, k) => k));
  for (let row = 0; row < from; row++)
    matrix.data[row * to + order[row % to]] = random.uniform() < 0.5 ? -1 : 1;
  return matrix;
}

/** An array with every entry equal to `value`. */
export function constant(value: number, shape: readonly number[]): NDArray {
  return float32(new Float32Array(sizeOf(shape)).fill(value), shape);
}
