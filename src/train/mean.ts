/** Sums over the episodes of a step, in plain loops over arrays by path. */

import { type Arrays, allocateTree, leavesOf, type NDArray, type Tree } from "../base/array.js";

/** The arrays of a tree by path. */
export type Flat = ReadonlyMap<string, Float32Array>;

/** The mean of trees of one structure, added up in the order given. */
export function meanOfTrees(trees: readonly Arrays[]): Flat {
  const [first, ...others] = trees.map(flatten);
  if (others.length === 0) return first;
  const mean = new Map<string, Float32Array>();
  for (const [path, start] of first) {
    const total = Float32Array.from(start);
    for (const other of others) {
      const own = other.get(path)!;
      for (let k = 0; k < total.length; k++) total[k] += own[k];
    }
    for (let k = 0; k < total.length; k++) total[k] /= trees.length;
    mean.set(path, total);
  }
  return mean;
}

/** A tree with `fn` of each entry of `tree` and of `other` at the same path. */
export function mapFlat(fn: (a: number, b: number) => number, tree: Arrays, other: Flat): Arrays {
  const next = allocateTree(tree as Tree<NDArray>);
  const given = flatten(tree);
  for (const [path, out] of flatten(next)) {
    const [a, b] = [given.get(path)!, other.get(path)!];
    for (let k = 0; k < out.length; k++) out[k] = fn(a[k], b[k]);
  }
  return next;
}

export const flatten = (tree: Arrays): Map<string, Float32Array> =>
  new Map(leavesOf(tree as Tree<NDArray>).map(([path, { data }]) => [path, data as Float32Array]));
