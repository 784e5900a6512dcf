/** Predicting queries as a function of tensors, with the outputs that `Task.predict` reports. */

import { nn, np, type Tensor } from "../engine/index.js";
import { type CertaintyCard, temperatureAt } from "../model/index.js";
import { scaleOf, type TaskTensors } from "./adapt.js";
import { queryBatch } from "./batch.js";
import { type Exported, isRegression, type Named, type WeightTensors } from "./exported.js";
import { namesOf } from "./names.js";

/** Logit of padding classes: below all others, also those of queries far from the support. */
export const LOWEST = -3e38;

/**
 * Outputs by name: `probabilities` `[Q, way]`, `certainty` `[Q]` and `unknown` `[Q]`, or for regression `values` `[Q]`; and
 * the fusion weights `[Q]` of each modality.
 */
export function predictBy(
  exported: Exported,
  { params, state }: WeightTensors,
  task: TaskTensors,
  inputs: Named<Tensor>,
): Record<string, Tensor> {
  const { definition } = exported;
  const { learner, context } = definition;
  const names = Object.entries(namesOf(definition));
  const mask = np.onesLike(inputs[names[0][1].queryPresent]);
  const { readout, embedding } = learner.predict(
    context,
    params,
    state,
    task.kept,
    queryBatch(definition, inputs, mask),
  );
  const outputs = readout(embedding.features);
  const weights = Object.fromEntries(
    names.map(([modality, { weights }]) => [weights, embedding.weights[modality]]),
  );
  const predicted = isRegression(exported)
    ? { values: valuesOf(exported, task, outputs) }
    : classOutputs(exported, task, outputs, Object.values(weights));
  return { ...predicted, ...weights };
}

/** Values `[Q]` in the unit of the targets, from outputs `[Q, 1]`. */
function valuesOf({ targets }: Exported, { centre }: TaskTensors, outputs: Tensor): Tensor {
  const flat = outputs.reshape([-1]);
  return targets ? flat.mul(scaleOf(targets)).add(centre ?? targets.mean) : flat;
}

function classOutputs(
  { definition, certainty, capacity: { way } }: Exported,
  { classes }: TaskTensors,
  outputs: Tensor,
  weights: readonly Tensor[],
): Record<string, Tensor> {
  const logits = classes ? np.where(classes.greater(0), outputs, LOWEST) : outputs.slice([], [0, way]);
  const score = certaintyOf(certainty?.score ?? definition.certainty, logits);
  // All weights are 0 if the support has none of the query's modalities.
  const isIncomparable = weights.reduce((sum, each) => sum.add(each)).lessEqual(0);
  const threshold = certainty?.threshold ?? null;
  return {
    probabilities: nn.softmax(logits.div(temperatureFor(certainty, way, classes)), -1),
    certainty: score,
    unknown: threshold === null ? isIncomparable : np.where(score.less(threshold), true, isIncomparable),
  };
}

/** The open-set certainty `[Q]` (objective/certainty.ts). */
function certaintyOf(score: CertaintyCard["score"], logits: Tensor): Tensor {
  return score === "logit" ? np.max(logits, -1) : np.max(nn.softmax(logits, -1), -1);
}

/** The temperature for the number of classes in the class mask; a number if it is the same for all. */
function temperatureFor(certainty: CertaintyCard | null, way: number, classes?: Tensor): Tensor | number {
  const byCount = Array.from({ length: way }, (_, i) => temperatureAt(certainty, i + 1));
  const last = byCount[way - 1];
  if (!classes || byCount.every((temperature) => temperature === last)) return last;
  const isCount = np.arange(1, way + 1).equal(np.sum(classes).astype(np.int32).reshape([1]));
  return np.sum(isCount.astype(np.float32).mul(np.array(byCount)));
}
