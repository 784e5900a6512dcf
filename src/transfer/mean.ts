/** Chunks of a step as one. */

import { type Arrays, float32, leavesOf, mapTree, type NDArray, type Tree } from "../base/array.js";
import type { ChunkResult } from "../model/index.js";
import type { OldTerm } from "./types.js";

/** Σ_i weights_i · trees_i of trees of one structure, added up in the order given. */
export function weightedSum(trees: readonly Arrays[], weights: readonly number[]): Arrays {
  const leaves = trees.map((tree) => leavesOf(tree as Tree<NDArray>));
  let next = 0;
  return mapTree(
    ({ shape, data }: NDArray) => {
      const i = next++;
      const total = new Float32Array(data.length);
      for (const [t, own] of leaves.entries())
        for (const [k, x] of own[i][1].data.entries()) total[k] += weights[t] * x;
      return float32(total, shape);
    },
    trees[0] as Tree<NDArray>,
  ) as Arrays;
}

/** The mean of chunks. */
export function meanOfChunks(chunks: readonly ChunkResult[]): Required<OldTerm> {
  const shares = chunks.map(() => 1 / chunks.length);
  return {
    loss: chunks.reduce((sum, { loss }) => sum + loss.data[0] / chunks.length, 0),
    gradient: weightedSum(
      chunks.map(({ gradient }) => gradient),
      shares,
    ),
    statistics: weightedSum(
      chunks.map(({ statistics }) => statistics),
      shares,
    ),
  };
}
