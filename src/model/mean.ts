/** What several trees of arrays, or the chunks of a step, say together, in plain loops. */

import { type Arrays, leavesOf, mapTree, type NDArray, type Tree } from "../base/array.js";
import type { ChunkResult } from "./runtime.js";

/** Σ_i weights_i · trees_i of trees of one structure, added up in the order given. */
export function weightedSum(trees: readonly Arrays[], weights: readonly number[]): Arrays {
  const leaves = trees.map((tree) => leavesOf(tree as Tree<NDArray>));
  let next = 0;
  return mapTree(
    ({ dtype, shape, data }: NDArray): NDArray => {
      const at = next++;
      const total = new Float32Array(data.length);
      for (const [i, own] of leaves.entries()) add(total, own[at][1].data, weights[i]);
      return { dtype, shape, data: total };
    },
    trees[0] as Tree<NDArray>,
  ) as Arrays;
}

function add(total: Float32Array, own: ArrayLike<number>, weight: number): void {
  for (let k = 0; k < total.length; k++) total[k] += weight * own[k];
}

/** The mean of chunks: what a step says of the parameters. */
export interface MeanOfChunks extends Pick<ChunkResult, "gradient" | "statistics"> {
  readonly loss: number;
  readonly score: number;
}

export function meanOfChunks(chunks: readonly ChunkResult[]): MeanOfChunks {
  const shares = chunks.map(() => 1 / chunks.length);
  const number = (of: "loss" | "score") =>
    chunks.reduce((sum, chunk, i) => sum + shares[i] * chunk[of].data[0], 0);
  const tree = (of: "gradient" | "statistics") =>
    weightedSum(
      chunks.map((chunk) => chunk[of]),
      shares,
    );
  return {
    loss: number("loss"),
    score: number("score"),
    gradient: tree("gradient"),
    statistics: tree("statistics"),
  };
}
