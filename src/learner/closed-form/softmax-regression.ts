/**
 * Logistic regression of many classes at once, min_W Σ_i L(x_i W, y_i) + λ/2 ‖W‖² with cross-entropy L, by a fixed
 * number of steps of Newton's kind: the Hessian is replaced by ½ XᵀX + λI, which is never below it (Böhning, 1992), so
 * that one inverse serves all steps and none overshoots, W ← W + (½ XᵀX + λI)⁻¹ (Xᵀ(Y − P) − λW).
 */

import { nn, np, type Tensor } from "../../engine/index.js";
import { maskWays } from "../../nn/loss.js";
import type { Targets } from "../types.js";
import { penalisedInverse } from "./system.js";

/** W [width, way] after `steps` from zero, on `features` [N, width], for the scalar λ; `learner` is for errors. */
export function softmaxRegression(
  features: Tensor,
  { labels, counts, ways }: Targets,
  penalty: Tensor,
  steps: number,
  learner: string,
): Tensor {
  const taught = counts.reshape([-1, 1]);
  const x = features.mul(taught);
  const inverse = penalisedInverse(x.mul(Math.SQRT1_2), penalty, learner);
  let weight = np.zeros([x.shape[1], ways.shape[0]]);
  for (let s = 0; s < steps; s++) {
    const p = nn.softmax(maskWays(np.matmul(x, weight), ways), -1);
    const downhill = np.matmul(x.transpose(), labels.sub(p)).sub(weight.mul(penalty));
    weight = weight.add(inverse(downhill));
  }
  return weight;
}
