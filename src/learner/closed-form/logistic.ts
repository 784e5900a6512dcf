/**
 * Logistic regression as a differentiable head (LR-D2: Bertinetto, Henriques, Torr, Vedaldi, 2019):
 * W = argmin Σ_i L(f(x_i) W, y_i) + λ/2 ‖W‖² by a fixed number of steps, logits = α · f(x) W, with λ and α learned as their
 * logarithms.
 *
 * The paper takes Newton steps for two classes; a bound on the Hessian works for any number of classes
 * (softmax-regression.ts).
 */

import { z } from "zod";
import { np, type Tensor } from "../../engine/index.js";
import type { ArraysOf } from "../../nn/params.js";
import { embeddingLearner } from "../embedding.js";
import { initScale, type Scale, scaled } from "../metric/scale.js";
import { defineLearner, type Head } from "../types.js";
import { softmaxRegression } from "./softmax-regression.js";
import { initPenalty, type Penalty, penaltyOf } from "./system.js";

const options = z.strictObject({
  /** Newton-like steps to the minimum. */
  innerSteps: z.number().int().min(1).max(100).default(10),
});
type LogisticOptions = z.infer<typeof options>;

type Params = Penalty & Scale;

/** λ starts near a feature vector's squared norm, as in ridge. */
const init = (width: number): ArraysOf<Params> => ({ ...initPenalty(width), ...initScale() });

/** Fits W `[width, way]`. */
const logisticHead = ({ innerSteps }: LogisticOptions): Head<Params, Tensor> => ({
  fit: (params, features, targets) =>
    softmaxRegression(features, targets, penaltyOf(params), innerSteps, "logistic"),
  outputs: (params, weight, features) => scaled(np.matmul(features, weight), params),
});

export const logistic = defineLearner({
  name: "logistic",
  summary: "logistic regression on the embeddings by Newton-like steps",
  source: "Bertinetto, Henriques, Torr, Vedaldi 2019; Böhning 1992",
  options,
  tasks: ["classification"],
  certainty: "logit",
  create: (options) => embeddingLearner(logisticHead(options), init),
});
