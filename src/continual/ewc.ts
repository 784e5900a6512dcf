/**
 * Elastic weight consolidation (Kirkpatrick et al., 2017): L_old = ½ Σ_i F_i (θ_i − θ*_i)², F the diagonal of the Fisher
 * information of the old task, F_i = E_x E_{y ~ p(y given x)} (∂ log p(y given x) / ∂θ_i)² at θ*.
 *
 * One label y per example is drawn from the model itself. Examples are normalised by running averages.
 */

import { random } from "../base/random.js";
import type { EpisodeArrays } from "../episode/index.js";
import { squaredGradients } from "../learner/index.js";
import {
  type ParameterArrays,
  Programs,
  type RunOptions,
  type Weights,
  weightedSum,
} from "../model/index.js";
import type { EpisodeTensors, ModelParams, ModelState } from "../objective/index.js";
import type { TrainingPrograms } from "../train/programs.js";
import { quadraticPenalty } from "./quadratic-penalty.js";
import { probabilitiesAmong, relabelled } from "./soft-labels.js";
import type { ContinualMethod, OldTask } from "./types.js";

/** Steps whose batches the expectation is taken over. */
const STEPS = 16;

/** One-hot labels [N, way] drawn from the probabilities [N, way]. */
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

/** Σ_i (∂L_i / ∂θ)² over the queries i of a batch, each predicted independently of the others. */
export function squaredGradientsOf(
  { definition, engine }: TrainingPrograms,
  weights: Weights,
  batch: EpisodeArrays,
  options?: RunOptions,
): Promise<ParameterArrays> {
  const { learner, context, key } = definition;
  const fn = (p: ModelParams, s: ModelState, tensors: EpisodeTensors) =>
    squaredGradients(learner, context, p, s, tensors);
  return new Programs(engine, key).runWith<ParameterArrays>(weights, "fisher", fn, [batch], options);
}

/** The diagonal of the old task's Fisher information at θ*, over batches of its examples. */
async function fisher(old: OldTask): Promise<ParameterArrays> {
  const { programs, weights, ways, seed, signal } = old;
  const { inference } = programs;
  const known = await inference.known(weights, ways, { signal });
  const sumOf = async (batch: EpisodeArrays, ...name: number[]) => {
    const { outputs } = await inference.predict(weights, known, batch.query, { signal });
    const labels = drawn(probabilitiesAmong(outputs, ways), ways.shape[0], seed, ...name);
    const episode = relabelled(batch, labels, ways);
    return squaredGradientsOf(programs, weights, episode, { signal });
  };
  let total: ParameterArrays | undefined;
  let count = 0;
  for (let step = 1; step <= STEPS; step++) {
    const batches = old.batches(step);
    const sums = await Promise.all(batches.map((batch, i) => sumOf(batch, step, i)));
    total = weightedSum([...(total ? [total] : []), ...sums], [...(total ? [1] : []), ...sums.map(() => 1)]);
    for (const { query } of batches) for (const counts of query.mask.data) count += counts;
  }
  return weightedSum([total!], [1 / count]);
}

export const ewc: ContinualMethod = {
  name: "ewc",
  summary: "penalise changes of the parameters that matter to the old task, by Fisher information",
  source: "Kirkpatrick et al. 2017",
  weighs: "old",
  startsOld: true,
  begin: async (old) => quadraticPenalty(old.weights.params, await fisher(old)),
};
