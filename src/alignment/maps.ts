/**
 * Linear maps f ↦ (f − mean) · map per modality: the solution of alignments in closed form, fitted in float64 outside
 * programs and held constant inside.
 */

import { Matrix } from "ml-matrix";
import { float32, type NDArray } from "../base/array.js";
import { np, type Tensor } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";

/** One modality's `mean` `[width]` and `map` `[width, size]`. */
export type LinearMap<T> = { readonly mean: T; readonly map: T };
/** Linear maps of plain arrays per modality. */
export type LinearMaps = ByModality<LinearMap<NDArray>>;

/** Centred embeddings of the examples with several modalities. */
interface Views {
  /** `[n, width]` per modality: minus the mean, and zero rows if the modality is absent. */
  readonly rows: ByModality<Matrix>;
  /** `[width]` per modality. */
  readonly means: ByModality<readonly number[]>;
  /** Number of modalities per example, `[n]`. */
  readonly counts: readonly number[];
}

/** Centre `features` `[N, width]` per modality over the examples that `present` `[N]` gives several modalities. */
export function centredViews(features: ByModality<NDArray>, present: ByModality<NDArray>): Views {
  const names = Object.keys(features);
  const countOf = (i: number) => names.reduce((sum, name) => sum + present[name].data[i], 0);
  const examples = [...present[names[0]].data.keys()].filter((i) => countOf(i) > 1);
  const views = names.map((name) => {
    const { data, shape } = features[name];
    const width = shape[1];
    const having = examples.filter((i) => present[name].data[i]);
    const mean = Array.from(
      { length: width },
      (_, k) => having.reduce((sum, i) => sum + data[i * width + k], 0) / Math.max(having.length, 1),
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

/** A mean and a matrix as a {@link LinearMap} of float32 arrays. */
export const linearMap = (mean: readonly number[], map: Matrix): LinearMap<NDArray> => ({
  mean: float32(mean, [mean.length]),
  map: float32(map.to1DArray(), [map.rows, map.columns]),
});

/** Apply fitted maps to `features` `[N, width]` per modality, in float64: `[N, size]` per modality. */
export function transform(maps: LinearMaps, features: ByModality<NDArray>): Record<string, NDArray> {
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

/** {@link transform} inside a program. */
export function applyMaps(
  maps: ByModality<LinearMap<Tensor>>,
  features: ByModality<Tensor>,
): Record<string, Tensor> {
  const mapped = Object.entries(features).map(([name, f]) => [
    name,
    np.matmul(f.sub(maps[name].mean), maps[name].map),
  ]);
  return Object.fromEntries(mapped);
}
