/**
 * Adapting to a support as a function of tensors, as `Model.adapt` does it, for arrays of fixed capacity.
 *
 * A support example of classification has the number of its class, or −1 for padding; a class that no example has is
 * padding, too. A support example of regression has a target, and 1 in a mask.
 */

import { np, type Tensor } from "../engine/index.js";
import type { TargetScale } from "../episode/targets.js";
import type { Adapted } from "../learner/index.js";
import { supportBatch } from "./batch.js";
import { type Exported, isRegression, type Named, type WeightTensors } from "./exported.js";

/** The parameters of a task: what the learner keeps, and what outputs are converted by. */
export type TaskTensors = {
  readonly kept: Adapted;
  /** Class mask `[way]`; absent for regression, and if no class is padding. */
  readonly classes?: Tensor;
  /** Centre `[]` of regression targets; absent if it is the same for all tasks. */
  readonly centre?: Tensor;
};

/** The labels of a support as learners take them. */
interface Labels extends Pick<TaskTensors, "classes" | "centre"> {
  /** `[N, way]` one-hot, or `[N, 1]` standardised targets; zeros for padding. */
  readonly labels: Tensor;
  /** Padding mask `[N]`. */
  readonly mask: Tensor;
}

/** Adapt to a support. */
export function adaptTo(exported: Exported, weights: WeightTensors, inputs: Named<Tensor>): TaskTensors {
  const { definition, targets, capacity } = exported;
  const { labels, mask, ...task } = isRegression(exported)
    ? regressionLabels(inputs, targets)
    : classLabels(inputs, capacity.way);
  const support = { ...supportBatch(definition, inputs, mask), labels };
  const { learner, context } = definition;
  const classMask = task.classes ?? np.ones([1]);
  return { kept: learner.adapt(context, weights.params, weights.state, support, classMask), ...task };
}

function classLabels({ support_labels: numbers }: Named<Tensor>, way: number): Labels {
  const classes = np.arange(way).reshape([1, way]);
  const labels = numbers.reshape([-1, 1]).equal(classes).astype(np.float32);
  return { labels, mask: np.max(labels, 1), classes: np.max(labels, 0) };
}

/** Targets standardised as in episode/targets.ts. */
function regressionLabels(
  { support_labels: y, support_mask: mask }: Named<Tensor>,
  targets?: TargetScale,
): Labels {
  const asLabels = (z: Tensor) => z.mul(mask).reshape([-1, 1]);
  if (!targets) return { labels: asLabels(y), mask };
  const { mean, within, between } = targets;
  const scale = scaleOf(targets);
  const centred = y.sub(mean);
  if (between === 0) return { labels: asLabels(centred.div(scale)), mask };
  const count = np.sum(mask);
  const away = np.sum(centred.mul(mask)).div(np.maximum(count, 1));
  const ratio = count.mul((between / scale) ** 2);
  const shift = ratio.div(ratio.add((within / scale) ** 2)).mul(away);
  return { labels: asLabels(centred.sub(shift).div(scale)), mask, centre: shift.add(mean) };
}

/** The scale of standardised targets. */
export const scaleOf = ({ within, between }: TargetScale): number => within || between || 1;
