/**
 * Elastic weight consolidation (Kirkpatrick et al., 2017): L_old = ½ Σ_i F_i (θ_i − θ*_i)², F the diagonal of the Fisher
 * information of the old task, F_i = E_x E_{y ~ p(y given x)} (∂ log p(y given x) / ∂θ_i)² at θ*.
 *
 * The labels y are drawn from the model itself, one an example, and examples are normalised by running averages.
 */

import type { Arrays } from "../base/array.js";
import { random } from "../base/random.js";
import type { EpisodeArrays } from "../episode/index.js";
import { weightedSum } from "../model/index.js";
import { among, relabelled } from "./answers.js";
import { pulledTo } from "./pull.js";
import type { ContinualMethod, OldTask } from "./types.js";

/** Steps whose batches the expectation is taken over. */
const STEPS = 16;

/** Labels [N, way] of one class an example, drawn by its probabilities [N, way]. */
function drawn(probabilities: ArrayLike<number>, way: number, seed: number, ...name: number[]): Float32Array {
  const labels = new Float32Array(probabilities.length);
  const { uniform } = random(seed, "fisher", ...name);
  for (let start = 0; start < labels.length; start += way) {
    let left = uniform();
    let k = 0;
    while (k < way - 1 && left >= probabilities[start + k]) left -= probabilities[start + k++];
    labels[start + k] = 1;
  }
  return labels;
}

/** The diagonal of the old task's Fisher information at θ*, over batches of its examples. */
async function fisher(old: OldTask): Promise<Arrays> {
  const { runtime, weights, ways, seed, signal } = old;
  const known = await runtime.known(weights, ways, { signal });
  const one = async (batch: EpisodeArrays, ...name: number[]) => {
    const { outputs } = await runtime.predict(weights, known, batch.query, { signal });
    const labels = drawn(among(outputs, ways), ways.shape[0], seed, ...name);
    return runtime.fisher(weights, relabelled(batch, labels, ways), { signal });
  };
  let total: Arrays | undefined;
  let count = 0;
  for (let step = 1; step <= STEPS; step++) {
    const batches = old.batches(step);
    const sums = await Promise.all(batches.map((batch, i) => one(batch, step, i)));
    total = weightedSum([...(total ? [total] : []), ...sums], [...(total ? [1] : []), ...sums.map(() => 1)]);
    for (const { query } of batches) for (const counts of query.mask.data) count += counts;
  }
  return weightedSum([total!], [1 / count]);
}

export const ewc: ContinualMethod = {
  name: "ewc",
  summary: "stay near the old task where it is sure",
  source: "Kirkpatrick et al. 2017",
  weighs: "old",
  startsOld: true,
  begin: async (old) => pulledTo(old.weights.params, await fisher(old)),
};
