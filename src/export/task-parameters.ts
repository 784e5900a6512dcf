/** A task's parameters by the names of outputs and inputs, from a tree and back. */

import { type ArraySpec, leavesOf, mapTree, type Tree } from "../base/array.js";
import type { Named } from "./exported.js";
import { parameterNames } from "./names.js";

interface Shaped {
  readonly dtype: unknown;
  readonly shape: readonly number[];
}

/** The leaves of a tree by name. */
export function parametersOf<Leaf extends Shaped>(task: Tree<Leaf>): Record<string, Leaf> {
  const leaves = leavesOf(task);
  const names = parameterNames(leaves.map(([path]) => path));
  return Object.fromEntries(leaves.map(([path, leaf]) => [names.get(path)!, leaf]));
}

/** The tree of `structure` with leaves by name. */
export function taskFrom<Leaf>(structure: Tree<ArraySpec>, parameters: Named<Leaf>): Tree<Leaf> {
  const names = parameterNames(leavesOf(structure).map(([path]) => path));
  return mapTree((_, path) => parameters[names.get(path)!], structure);
}
