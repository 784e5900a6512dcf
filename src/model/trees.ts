/** Trees of arrays as flat records by path, and back: how parameters are stored. */

import { type ArraySpec, type Arrays, leavesOf, mapTree, type NDArray, type Tree } from "../base/array.js";
import { InputError } from "../base/errors.js";

/** The leaves by path, each path after `prefix`. */
export function flattenTree(prefix: string, tree: Arrays): Record<string, NDArray> {
  return Object.fromEntries(
    leavesOf(tree as Tree<ArraySpec>, prefix).map(([path, leaf]) => [path, leaf as NDArray]),
  );
}

/** A tree like `like` with the arrays that {@link flattenTree} stored under `prefix`; `where` names the file. */
export function unflattenTree<T extends Arrays>(
  prefix: string,
  like: T,
  arrays: Readonly<Record<string, NDArray>>,
  where: string,
): T {
  return mapTree(
    (leaf: ArraySpec, path) => {
      const array = Object.hasOwn(arrays, path) ? arrays[path] : undefined;
      if (array?.dtype === leaf.dtype && `${array.shape}` === `${leaf.shape}`) return array;
      throw new InputError({
        code: "model/wrong-tensors",
        where,
        problem: array ? `array "${path}" is ${array.dtype}[${array.shape}]` : `array "${path}" is missing`,
        expected: `${leaf.dtype}[${leaf.shape}], as model.json describes`,
        remedy: "The folder's files do not belong together; copy it again or train it again.",
      });
    },
    like as Tree<ArraySpec>,
    prefix,
  ) as unknown as T;
}
