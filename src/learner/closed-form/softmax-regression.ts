/**
 * Multinomial logistic regression, min_W Σ_i L(x_i W, y_i) + λ/2 ‖W‖² with cross-entropy L, by a fixed number of
 * Newton-like steps: the Hessian is replaced by its upper bound ½ XᵀX + λI (Böhning, 1992), so that one inverse serves all
 * steps and none overshoots, W ← W − (½ XᵀX + λI)⁻¹ (Xᵀ(P − Y) + λW).
 */

import { nn, np, type Tensor } from "../../engine/index.js";
import { maskClasses } from "../../nn/loss.js";
import type { Targets } from "../../objective/index.js";
import { descend, type Optimizer } from "../../optim/optimizer.js";
import { penalisedInverse } from "./system.js";

/** Steps along the gradient times a fixed inverse. */
const preconditioned = (inverse: (b: Tensor) => Tensor): Optimizer<Tensor, undefined> => ({
  init: () => undefined,
  update: (params, gradient) => ({ params: params.sub(inverse(gradient)), state: undefined }),
});

/**
 * W `[width, way]` after `steps` steps from zero.
 *
 * @param features `[N, width]`.
 * @param penalty λ `[]`.
 * @param learner the learner's name, for errors.
 * @throws {InputError} `learner/support-too-large` if both N and the width are too large to invert.
 */
export function softmaxRegression(
  features: Tensor,
  { labels, mask, classMask }: Targets,
  penalty: Tensor,
  steps: number,
  learner: string,
): Tensor {
  const x = features.mul(mask.reshape([-1, 1]));
  const inverse = penalisedInverse(x.mul(Math.SQRT1_2), penalty, learner);
  const gradientAt = (weight: Tensor) => {
    const probabilities = nn.softmax(maskClasses(np.matmul(x, weight), classMask), -1);
    return np.matmul(x.transpose(), probabilities.sub(labels)).add(weight.mul(penalty));
  };
  const start: Tensor = np.zeros([x.shape[1], classMask.shape[0]]);
  return descend(preconditioned(inverse), start, gradientAt, steps);
}
