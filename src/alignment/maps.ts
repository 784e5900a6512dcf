/**
 * Alignments in closed form give each modality a linear map f ↦ (f − mean) · map, fitted outside programs in float64
 * and held constant inside. Here is how embeddings go in, and how maps are applied on both sides.
 */

import { Matrix } from "ml-matrix";
import { float32, type NDArray } from "../base/array.js";
import { np, type Tensor } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";

/** A modality's `mean` [width] and `map` [width, size]. */
export type LinearMap<T> = { readonly mean: T; readonly map: T };
export type Maps = ByModality<LinearMap<NDArray>>;

/** The vectors of the examples that have several modalities. */
export interface Views {
  /** By modality [n, width], with the mean taken away and rows of zeros where absent. */
  readonly rows: ByModality<Matrix>;
  readonly means: ByModality<readonly number[]>;
  /** How many modalities each example has, [n]. */
  readonly counts: readonly number[];
}

/** What `features` [N, width] of the examples `present` [N] are fitted by. */
export function viewsOf(features: ByModality<NDArray>, present: ByModality<NDArray>): Views {
  const names = Object.keys(features);
  const countOf = (i: number) => names.reduce((sum, name) => sum + present[name].data[i], 0);
  const examples = [...present[names[0]].data.keys()].filter((i) => countOf(i) > 1);
  const views = names.map((name) => {
    const { data, shape } = features[name];
    const width = shape[1];
    const here = examples.filter((i) => present[name].data[i]);
    const mean = Array.from(
      { length: width },
      (_, k) => here.reduce((sum, i) => sum + data[i * width + k], 0) / Math.max(here.length, 1),
    );
    const row = (i: number) =>
      mean.map((centre, k) => (present[name].data[i] ? data[i * width + k] - centre : 0));
    const rows = examples.length === 0 ? Matrix.zeros(0, width) : new Matrix(examples.map(row));
    return [name, { rows, mean }] as const;
  });
  return {
    rows: Object.fromEntries(views.map(([name, { rows }]) => [name, rows])),
    means: Object.fromEntries(views.map(([name, { mean }]) => [name, mean])),
    counts: examples.map(countOf),
  };
}

/** A mean and a map as arrays of a program. */
export const mapOf = (mean: readonly number[], map: Matrix): LinearMap<NDArray> => ({
  mean: float32(mean, [mean.length]),
  map: float32(map.to1DArray(), [map.rows, map.columns]),
});

/** The vectors [N, size] that fitted maps make of `features` [N, width]. */
export function transform(maps: Maps, features: ByModality<NDArray>): Record<string, NDArray> {
  const mapped = Object.entries(features).map(([name, { data, shape }]) => {
    const { mean, map } = maps[name];
    const [width, size] = map.shape;
    const rows = Array.from({ length: shape[0] }, (_, i) =>
      mean.data.map((centre, k) => data[i * width + k] - centre),
    );
    const product = new Matrix(rows.map((row) => [...row])).mmul(
      Matrix.from1DArray(width, size, [...map.data]),
    );
    return [name, float32(product.to1DArray(), [shape[0], size])] as const;
  });
  return Object.fromEntries(mapped);
}

/** The same inside a program. */
export function transformed(
  maps: ByModality<LinearMap<Tensor>>,
  features: ByModality<Tensor>,
): Record<string, Tensor> {
  const mapped = Object.entries(features).map(([name, f]) => [
    name,
    np.matmul(f.sub(maps[name].mean), maps[name].map),
  ]);
  return Object.fromEntries(mapped);
}
