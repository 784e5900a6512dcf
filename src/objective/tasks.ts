/**
 * The kinds of task: what the outputs of a model mean, and how they are judged against labels.
 *
 * Classification: outputs are logits [N, way] and labels one-hot; the loss is cross-entropy, the score the share of
 * right answers. Regression: outputs and labels are numbers [N, 1]; loss and score are the mean squared error.
 */

import type { TaskKind } from "../data/index.js";
import { nn, type Tensor } from "../engine/index.js";
import type { Targets } from "../learner/types.js";
import { accuracyOf, crossEntropy, maskWays, squaredError } from "../nn/loss.js";

/** How outputs [N, way] of one kind of task are judged and read. */
export interface Judge {
  /** What training minimises. */
  loss(outputs: Tensor, targets: Targets): Tensor;
  /** What people are told: accuracy, or mean squared error. */
  score(outputs: Tensor, targets: Targets): Tensor;
  /** Class probabilities, or values [N, 1]. */
  answers(outputs: Tensor, ways: Tensor): Tensor;
}

export const judges: Readonly<Record<TaskKind, Judge>> = {
  classification: {
    loss: (outputs, { labels, counts, ways }) => crossEntropy(maskWays(outputs, ways), labels, counts),
    score: (outputs, { labels, counts, ways }) => accuracyOf(maskWays(outputs, ways), labels, counts),
    answers: (outputs, ways) => nn.softmax(maskWays(outputs, ways), -1),
  },
  regression: {
    loss: (outputs, { labels, counts }) => squaredError(outputs, labels, counts),
    score: (outputs, { labels, counts }) => squaredError(outputs, labels, counts),
    answers: (outputs) => outputs,
  },
};
