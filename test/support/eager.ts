/** Run learning code on jax-js's own `cpu` backend, the reference the compiled programs are held to. */

import {
  type ArraySpec,
  type Arrays,
  leavesOf,
  mapTree,
  type NDArray,
  type Tree,
} from "../../src/base/array.js";
import { mapTensors } from "../../src/engine/index.js";
import { np, relaxed, type Tensor, type Tensors } from "../../src/engine/trace/jax.js";

/** A tree of arrays as jax-js arrays; floats become `dtype`. */
export function toTensors(tree: Arrays, dtype: "float32" | "float64" = "float32"): Tensors {
  return mapTree(
    ({ data, shape, dtype: own }: NDArray) => {
      const values: number[] = Array.from(data);
      const type = own === "float32" ? dtype : own;
      // One entry more, cut off again: jax-js folds an array of equal entries, and folds a division by it wrongly.
      const more = [values[0] === 1 ? 0 : 1, ...values];
      const longer =
        own === "bool"
          ? np.array(more.map(Boolean))
          : np.array(Float64Array.from(more), { dtype: np.float64 }).astype(type as typeof np.float32);
      const flat = longer.slice([1]);
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
    const leaves: Tensor[] = [];
    mapTensors((leaf) => leaves[leaves.push(leaf) - 1], out);
    return leaves.map((leaf) => Array.from(leaf.dataSync() as ArrayLike<number>));
  });
}

/** The values of a tree of arrays, in the order of its leaves. */
export function valuesOf(tree: Arrays): number[][] {
  return leavesOf(tree as Tree<ArraySpec>).map(([, leaf]) => Array.from((leaf as NDArray).data));
}

/** The largest difference, relative to the largest magnitude of the reference. */
export function relativeError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const scale = expected.filter(Number.isFinite).reduce((m, x) => Math.max(m, Math.abs(x)), 1e-6);
  const differences = actual.map((x, i) => (x === expected[i] ? 0 : Math.abs(x - expected[i])));
  const worst = differences.reduce((m, x) => Math.max(m, x), 0);
  return Number.isNaN(worst) || actual.some(Number.isNaN) ? Number.POSITIVE_INFINITY : worst / scale;
}
