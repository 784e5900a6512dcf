/** Labels from predictions: probabilities among some classes, and batches relabelled with them. */

import { float32, type NDArray } from "../base/array.js";
import type { EpisodeArrays } from "../episode/index.js";
import { probabilitiesOf } from "../objective/index.js";

/** Probabilities [N, way] of logits [N, way] among the classes of the class mask `ways` [way]; 0 for other classes. */
export function probabilitiesAmong({ data, shape: [rows, way] }: NDArray, ways: NDArray): Float32Array {
  const columns = [...ways.data.keys()].filter((k) => ways.data[k]);
  const probabilities = new Float32Array(rows * way);
  for (let start = 0; start < probabilities.length; start += way)
    for (const [i, p] of probabilitiesOf(columns.map((k) => data[start + k])).entries())
      probabilities[start + columns[i]] = p;
  return probabilities;
}

/** `batch` with the class mask `ways` [way], and `labels` [N, way] that may be probabilities. */
export const relabelled = (
  batch: EpisodeArrays,
  labels: ArrayLike<number>,
  ways: NDArray,
): EpisodeArrays => ({
  ...batch,
  query: { ...batch.query, labels: float32(labels, [batch.query.mask.shape[0], ways.shape[0]]) },
  ways,
});
