/**
 * Task objectives: the loss and score of a model's outputs for each kind of task.
 *
 * Classification: outputs are logits `[N, way]`, labels are one-hot, the loss is cross-entropy and the score accuracy.
 * Regression: outputs and labels are `[N, 1]`; loss and score are the mean squared error.
 */

import type { TaskKind } from "../data/index.js";
import { nn, type Tensor } from "../engine/index.js";
import { accuracy, crossEntropy, maskClasses, squaredError } from "../nn/loss.js";

/** Labels of a batch, with its masks. */
export interface Targets {
  /** One-hot `[N, way]`, or regression targets `[N, 1]`; zero rows for masked examples. */
  readonly labels: Tensor;
  /** Example mask `[N]`: 0 for padding and for examples without any modality. */
  readonly mask: Tensor;
  /** Class mask `[way]`: 0 for padding classes. */
  readonly classMask: Tensor;
}

/** The objective of one kind of task, for outputs `[N, way]`. */
export interface TaskObjective {
  /** Loss, a scalar. */
  loss(outputs: Tensor, targets: Targets): Tensor;
  /** Accuracy or mean squared error, a scalar. */
  score(outputs: Tensor, targets: Targets): Tensor;
  /** Class probabilities `[N, way]`, or regression outputs `[N, 1]`. */
  predictions(outputs: Tensor, classMask: Tensor): Tensor;
}

export const taskObjectives: Readonly<Record<TaskKind, TaskObjective>> = {
  classification: {
    loss: (outputs, { labels, mask, classMask }) =>
      crossEntropy(maskClasses(outputs, classMask), labels, mask),
    score: (outputs, { labels, mask, classMask }) => accuracy(maskClasses(outputs, classMask), labels, mask),
    predictions: (outputs, classMask) => nn.softmax(maskClasses(outputs, classMask), -1),
  },
  regression: {
    loss: (outputs, { labels, mask }) => squaredError(outputs, labels, mask),
    score: (outputs, { labels, mask }) => squaredError(outputs, labels, mask),
    predictions: (outputs) => outputs,
  },
};
