/** What a model answers of the old classes, and batches with other labels than their own. */

import { float32, type NDArray } from "../base/array.js";
import type { EpisodeArrays } from "../episode/index.js";
import { probabilitiesOf } from "../objective/index.js";

/** The probabilities [N, way] of logits [N, way] among the classes `ways` [way]; 0 for the others. */
export function among({ data, shape: [rows, way] }: NDArray, ways: NDArray): Float32Array {
  const columns = [...ways.data.keys()].filter((k) => ways.data[k]);
  const probabilities = new Float32Array(rows * way);
  for (let start = 0; start < probabilities.length; start += way)
    for (const [i, p] of probabilitiesOf(columns.map((k) => data[start + k])).entries())
      probabilities[start + columns[i]] = p;
  return probabilities;
}

/** `batch` as one of the classes `ways` [way], with `labels` [N, way] that may be probabilities. */
export const relabelled = (
  batch: EpisodeArrays,
  labels: ArrayLike<number>,
  ways: NDArray,
): EpisodeArrays => ({
  ...batch,
  query: { ...batch.query, labels: float32(labels, [batch.query.mask.shape[0], ways.shape[0]]) },
  ways,
});
