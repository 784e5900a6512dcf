/** Sums over the chunks of a step, in plain loops over arrays by path. */

import { type Arrays, leavesOf, type NDArray, type Tree } from "../base/array.js";

/** The arrays of a tree by path. */
export type Flat = ReadonlyMap<string, Float32Array>;

/** The mean of trees of one structure, added up in the order given. */
export function meanOfTrees(trees: readonly Arrays[]): Flat {
  const [first, ...others] = trees.map(flatten);
  if (others.length === 0) return first;
  const mean = new Map<string, Float32Array>();
  for (const [path, start] of first) {
    const total = Float32Array.from(start);
    for (const other of others) add(total, other.get(path)!);
    for (let k = 0; k < total.length; k++) total[k] /= trees.length;
    mean.set(path, total);
  }
  return mean;
}

function add(total: Float32Array, own: Float32Array): void {
  for (let k = 0; k < total.length; k++) total[k] += own[k];
}

export const flatten = (tree: Arrays): Map<string, Float32Array> =>
  new Map(leavesOf(tree as Tree<NDArray>).map(([path, { data }]) => [path, data as Float32Array]));
