/**
 * A linear head that gradient descent fits to a support: outputs = features · weight + bias, one column per class.
 *
 * For classification, every column starts from zero, so any number of classes works and their order does not matter. A
 * learned start w shared by all classes would change nothing: it adds h · w to every logit, which softmax ignores, and
 * Σ_k (p_k − y_k) w = 0 to the features' gradient; the gradient of w itself would be 0. For regression, the start of the
 * single column is learned, from zero, since a larger one makes the first steps overshoot.
 */

import type { TaskKind } from "../../data/index.js";
import { np, type Tensor } from "../../engine/index.js";
import { constant } from "../../nn/init.js";
import { type Linear, linear } from "../../nn/layers.js";
import type { ArraysOf } from "../../nn/params.js";
import type { Targets, TaskObjective } from "../../objective/index.js";

/** `weight` `[width, way]` and `bias` `[way]`. */
export type LinearHead = Linear;

/** The learned start of the head: empty for classification, `weight` `[width, 1]` and `bias` `[1]` for regression. */
export type HeadStart = Partial<LinearHead>;

/** Initial {@link HeadStart}, for features of `width`. */
export const initHead = (task: TaskKind, width: number): ArraysOf<HeadStart> =>
  task === "classification" ? {} : { weight: constant(0, [width, 1]), bias: constant(0, [1]) };

/** The head of a new episode: the learned start if there is one, else zeros. */
export const startHead = ({ weight, bias }: HeadStart, width: number, way: number): LinearHead =>
  weight && bias ? { weight, bias } : { weight: np.zeros([width, way]), bias: np.zeros([way]) };

/** A head with one learned column per class index, padded with zero columns up to `way`. */
export function padHead({ weight, bias }: LinearHead, way: number): LinearHead {
  const [width, learnedWay] = weight.shape;
  if (learnedWay === way) return { weight, bias };
  const padding = way - learnedWay;
  return {
    weight: np.concatenate([weight, np.zeros([width, padding])], 1),
    bias: np.concatenate([bias, np.zeros([padding])], 0),
  };
}

/** The task's loss, a scalar, of the head on `features` `[N, width]`. */
export const headLoss = (
  objective: TaskObjective,
  features: Tensor,
  head: LinearHead,
  targets: Targets,
): Tensor => objective.loss(linear(features, head), targets);
