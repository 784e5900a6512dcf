/** Seeded generator of small random arrays and shapes for property tests. */

import { float32, int32, type NDArray, sizeOf } from "../../src/base/array.js";
import { type Random, random } from "../../src/base/random.js";

export class Draw {
  readonly #random: Random;

  constructor(...name: (string | number)[]) {
    this.#random = random(11, ...name);
  }

  /** An integer in [low, high]. */
  whole(low: number, high: number): number {
    return low + this.#random.integer(high - low + 1);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.#random.integer(items.length)];
  }

  /** A shape with `least` to `most` axes; one axis in four has size 1. */
  shape(least = 0, most = 3, size = 4): number[] {
    return Array.from({ length: this.whole(least, most) }, () =>
      this.whole(0, 3) ? this.whole(2, size) : 1,
    );
  }

  /** A shape that broadcasts to `shape`: some axes have size 1, some leading axes are omitted. */
  narrowed(shape: readonly number[]): number[] {
    return shape.slice(this.whole(0, shape.length)).map((size) => (this.whole(0, 2) ? size : 1));
  }

  /** A sorted subset of the axes 0 … rank − 1 with at least `least` elements. */
  axes(rank: number, least = 1): number[] {
    const all = Array.from({ length: rank }, (_, axis) => axis);
    return this.#random.sample(all, this.whole(least, rank)).sort((a, b) => a - b);
  }

  permutation(rank: number): number[] {
    return this.#random.shuffle(Array.from({ length: rank }, (_, axis) => axis));
  }

  normal(shape: readonly number[]): NDArray {
    return float32(
      this.#many(shape, () => this.#random.normal()),
      shape,
    );
  }

  /** An array with entries in [low, high). */
  between(low: number, high: number, shape: readonly number[]): NDArray {
    return float32(
      this.#many(shape, () => low + (high - low) * this.#random.uniform()),
      shape,
    );
  }

  /** An array with magnitudes in [low, high) and random signs. */
  away(low: number, high: number, shape: readonly number[]): NDArray {
    const entry = () => (low + (high - low) * this.#random.uniform()) * this.pick([-1, 1]);
    return float32(this.#many(shape, entry), shape);
  }

  ints(low: number, high: number, shape: readonly number[]): NDArray {
    return int32(
      this.#many(shape, () => this.whole(low, high)),
      shape,
    );
  }

  bools(shape: readonly number[]): NDArray {
    return { dtype: "bool", shape, data: Uint8Array.from(this.#many(shape, () => this.whole(0, 1))) };
  }

  /** A symmetric positive definite matrix of size n with condition number of order 10. */
  positive(n: number): NDArray {
    const a = this.normal([n, n]).data;
    const entry = (i: number, j: number) => {
      let sum = i === j ? 0.5 : 0;
      for (let k = 0; k < n; k++) sum += (a[i * n + k] * a[j * n + k]) / n;
      return sum;
    };
    return float32(
      this.#many([n, n], (_, i) => entry(Math.floor(i / n), i % n)),
      [n, n],
    );
  }

  /** A square matrix with well-conditioned lower and upper triangles. */
  triangular(n: number): NDArray {
    const entry = (_: unknown, i: number) =>
      i % (n + 1) === 0 ? 1 + this.#random.uniform() : this.#random.normal() / (2 * n);
    return float32(this.#many([n, n], entry), [n, n]);
  }

  #many(shape: readonly number[], entry: (_: unknown, index: number) => number): number[] {
    return Array.from({ length: sizeOf(shape) }, entry);
  }
}

/** Stack arrays of equal shape along a new axis. */
export function stack(arrays: readonly NDArray[], axis: number): NDArray {
  const [{ dtype, shape }] = arrays;
  const inner = sizeOf(shape.slice(axis));
  const out = [...shape.slice(0, axis), arrays.length, ...shape.slice(axis)];
  const data = arrays[0].data.slice(0, 0).constructor as new (length: number) => NDArray["data"];
  const joined = new data(sizeOf(out));
  for (const [i, array] of arrays.entries())
    for (let at = 0; at < array.data.length; at++) {
      const outer = Math.floor(at / inner);
      joined[(outer * arrays.length + i) * inner + (at % inner)] = array.data[at];
    }
  return { dtype, shape: out, data: joined };
}
