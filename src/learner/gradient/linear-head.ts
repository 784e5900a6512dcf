/**
 * A linear head that gradient descent fits to a support: outputs = features · weight + bias, a column a class.
 *
 * Every class starts from zero, so any number of classes works and their order does not matter. Learning one start
 * w shared by all classes would change nothing: it adds h · w to every logit, which softmax takes away, and
 * Σ_k (p_k − y_k) w = 0 to the features' gradient; w itself would get gradient 0. The one column of a regression has
 * no such reason, so its start is learned with the rest, from zeros on: a longer one makes the first steps overshoot.
 */

import type { Arrays } from "../../base/array.js";
import type { TaskKind } from "../../data/index.js";
import { np, type Tensor, type Tensors } from "../../engine/index.js";
import { constant } from "../../nn/init.js";
import { type Linear, linear } from "../../nn/layers.js";
import type { Judge } from "../../objective/tasks.js";
import type { Targets } from "../types.js";

/** `weight` [width, way], `bias` [way]. */
export type LinearHead = Linear;

/** What a learner learns of its head: for numbers the start [width, 1], for classes nothing. */
export const initHead = (task: TaskKind, width: number): Arrays =>
  task === "classification" ? {} : { weight: constant(0, [width, 1]), bias: constant(0, [1]) };

/** The head of a new episode: the learned start, if there is one, else zeros. */
export const startHead = (learned: Tensors, width: number, way: number): LinearHead =>
  "weight" in learned ? (learned as LinearHead) : { weight: np.zeros([width, way]), bias: np.zeros([way]) };

/** A head that has a learned column for each place a class can take, with columns of zeros for padding classes, up to `way`. */
export function slotsFor({ weight, bias }: LinearHead, way: number): LinearHead {
  const [width, own] = weight.shape;
  if (own === way) return { weight, bias };
  const more = way - own;
  return {
    weight: np.concatenate([weight, np.zeros([width, more])], 1),
    bias: np.concatenate([bias, np.zeros([more])], 0),
  };
}

/** How far the head is from the targets of `features` [N, width]: what descent minimises. */
export const headLoss = (judge: Judge, features: Tensor, head: LinearHead, targets: Targets): Tensor =>
  judge.loss(linear(features, head), targets);
