/** Runs learning code on the `cpu` backend of jax-js, the reference for compiled programs. */

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

/** Convert a tree of arrays to jax-js arrays; floats are cast to `dtype`. */
export function toTensors(tree: Arrays, dtype: "float32" | "float64" = "float32"): Tensors {
  return mapTree(
    ({ data, shape, dtype: own }: NDArray) => {
      const values: number[] = Array.from(data);
      const type = own === "float32" ? dtype : own;
      // Add an entry and slice it off: jax-js folds an array of equal entries, and a division by it wrongly.
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

/** Evaluate `fn(...args)` eagerly. Returns the values of the result's leaves, concatenated. */
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

/** The values of the leaves of a tree of arrays, concatenated. */
export function valuesOf(tree: Arrays): number[][] {
  return leavesOf(tree as Tree<ArraySpec>).map(([, leaf]) => Array.from((leaf as NDArray).data));
}

/** Maximum absolute error divided by the maximum magnitude of the reference. */
export function relativeError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const scale = expected.filter(Number.isFinite).reduce((m, x) => Math.max(m, Math.abs(x)), 1e-6);
  const differences = actual.map((x, i) => (x === expected[i] ? 0 : Math.abs(x - expected[i])));
  const worst = differences.reduce((m, x) => Math.max(m, x), 0);
  return Number.isNaN(worst) || actual.some(Number.isNaN) ? Number.POSITIVE_INFINITY : worst / scale;
}
