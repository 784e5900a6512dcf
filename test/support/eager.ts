/** Run learning code on jax-js's own `cpu` backend, the reference the compiled programs are held to. */

import {
  type ArraySpec,
  type Arrays,
  leavesOf,
  mapTree,
  type NDArray,
  type Tree,
} from "../../src/base/array.js";
import { np, relaxed, type Tensor, type Tensors, tensorsOf } from "../../src/engine/jax.js";

/** A tree of arrays as jax-js arrays; floats become `dtype`. */
export function toTensors(tree: Arrays, dtype: "float32" | "float64" = "float32"): Tensors {
  return mapTree(
    ({ data, shape, dtype: own }: NDArray) => {
      const values = own === "float32" && dtype === "float64" ? Float64Array.from(data) : data.slice();
      const type = own === "float32" ? dtype : own;
      const flat =
        own === "bool"
          ? np.array([...values].map(Boolean))
          : np.array(values as Float32Array, { dtype: type });
      return flat.reshape([...shape]);
    },
    tree as Tree<NDArray>,
  ) as Tensors;
}

/** The values of `fn(...args)` computed eagerly, in the order of the result's leaves. */
export function eager(
  fn: (...args: never[]) => Tensors,
  args: readonly Arrays[],
  dtype: "float32" | "float64" = "float32",
): number[][] {
  return relaxed(() => {
    const out = fn(...(args.map((arg) => toTensors(arg, dtype)) as never[]));
    return tensorsOf(out).map((leaf: Tensor) => Array.from(leaf.dataSync() as ArrayLike<number>));
  });
}

/** The values of a tree of arrays, in the order of its leaves. */
export function valuesOf(tree: Arrays): number[][] {
  return leavesOf(tree as Tree<ArraySpec>).map(([, leaf]) => Array.from((leaf as NDArray).data));
}

/** The largest difference, relative to the largest magnitude of the reference. */
export function relativeError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const scale = expected.reduce((m, x) => Math.max(m, Math.abs(x)), 1e-6);
  const worst = actual.reduce((m, x, i) => Math.max(m, Math.abs(x - expected[i])), 0);
  return Number.isNaN(worst) || actual.some(Number.isNaN) ? Number.POSITIVE_INFINITY : worst / scale;
}
