/**
 * Logistic regression on the features as a differentiable head (LR-D2: Bertinetto, Henriques, Torr, Vedaldi, 2019):
 * W = argmin Σ_i L(f(x_i) W, y_i) + λ/2 ‖W‖² by a fixed number of steps, logits = α · f(x) W, with λ and α learned as
 * their logarithms.
 *
 * The paper takes Newton's steps for two classes; here a bound on the Hessian serves any number of them.
 */

import { z } from "zod";
import type { Arrays } from "../../base/array.js";
import { np, type Tensor } from "../../engine/index.js";
import { embeddingLearner } from "../embedding.js";
import { initScale, scaled } from "../metric/scale.js";
import { defineLearner, type Head } from "../types.js";
import { softmaxRegression } from "./softmax-regression.js";
import { initPenalty, penaltyOf } from "./system.js";

const options = z.strictObject({
  /** Steps to the minimum. */
  innerSteps: z.number().int().min(1).max(100).default(10),
});
export type LogisticOptions = z.infer<typeof options>;

/** λ starts near a feature vector's squared length, as ridge's does. */
const init = (width: number): Arrays => ({ ...initPenalty(width), ...initScale() });

/** Keeps W [width, way]. */
const regressed = ({ innerSteps }: LogisticOptions): Head => ({
  fit(params, features, targets) {
    return softmaxRegression(features, targets, penaltyOf(params), innerSteps, "logistic");
  },

  outputs: (params, fitted, features) => scaled(np.matmul(features, fitted as Tensor), params),
});

export const logistic = defineLearner({
  name: "logistic",
  summary: "logistic regression on the features, by a few Newton-like steps",
  source: "Bertinetto, Henriques, Torr, Vedaldi 2019; Böhning 1992",
  options,
  tasks: ["classification"],
  certainty: "logit",
  create: (own: LogisticOptions) => embeddingLearner(regressed(own), init),
});
