/** Trees of arrays: stored as flat records by path, and summed. */

import { type ArraySpec, type Arrays, leavesOf, mapArrays, mapTree, type NDArray } from "../base/array.js";
import { InputError } from "../base/errors.js";

/** The leaves by path, each path after `prefix`. */
export const flattenTree = (prefix: string, tree: Arrays): Record<string, NDArray> =>
  Object.fromEntries(leavesOf<NDArray>(tree, prefix));

/**
 * A tree like `like` with the arrays that {@link flattenTree} stored under `prefix`; `where` names the file in errors.
 *
 * @throws {InputError} `model/wrong-tensors` for an array that is missing or of another type or shape.
 */
export const unflattenTree = <T extends Arrays>(
  prefix: string,
  like: T,
  arrays: Readonly<Record<string, NDArray>>,
  where: string,
): T => mapTree<ArraySpec, NDArray>((leaf, path) => arrayAt(path, leaf, arrays, where), like, prefix) as T;

function arrayAt(
  path: string,
  leaf: ArraySpec,
  arrays: Readonly<Record<string, NDArray>>,
  where: string,
): NDArray {
  const array = Object.hasOwn(arrays, path) ? arrays[path] : undefined;
  if (array?.dtype === leaf.dtype && `${array.shape}` === `${leaf.shape}`) return array;
  throw new InputError({
    code: "model/wrong-tensors",
    where,
    problem: array ? `array "${path}" is ${array.dtype}[${array.shape}]` : `array "${path}" is missing`,
    expected: `${leaf.dtype}[${leaf.shape}], as model.json describes`,
    remedy: "The folder's files do not belong together; copy it again or train it again.",
  });
}

/** Σ_i weights_i · trees_i of trees of one structure, added in the order given. */
export function weightedSum<T extends Arrays>(trees: readonly T[], weights: readonly number[]): T {
  const leaves = trees.map((tree) => leavesOf<NDArray>(tree));
  let next = 0;
  return mapArrays(({ dtype, shape, data }) => {
    const at = next++;
    const total = new Float32Array(data.length);
    for (const [i, tree] of leaves.entries()) add(total, tree[at][1].data, weights[i]);
    return { dtype, shape, data: total };
  }, trees[0]);
}

function add(total: Float32Array, values: ArrayLike<number>, weight: number): void {
  for (let k = 0; k < total.length; k++) total[k] += weight * values[k];
}
