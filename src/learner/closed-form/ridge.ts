/**
 * Ridge regression on the embeddings (R2-D2: Bertinetto, Henriques, Torr, Vedaldi, 2019), in closed form:
 * W = Xᵀ (X Xᵀ + λI)⁻¹ Y, logits = α · f(x) W, with λ and α learned as their logarithms.
 *
 * The system is of the support's size; if the features are narrower, the equal (XᵀX + λI)⁻¹ XᵀY is smaller. Masked rows are
 * zero and change neither. The paper's β, added to all logits alike, would have gradient 0, since softmax ignores it.
 *
 * For regression there is no α, and an unpenalised intercept: with the support's means x̄ and ȳ subtracted,
 * outputs = (f(x) − x̄) W + ȳ.
 */

import { z } from "zod";
import { np, type Tensor } from "../../engine/index.js";
import { linear } from "../../nn/layers.js";
import type { ArraysOf } from "../../nn/params.js";
import { solve } from "../../nn/solve.js";
import { embeddingLearner } from "../embedding.js";
import type { LinearHead } from "../gradient/linear-head.js";
import { initScale, type Scale, scaled } from "../metric/scale.js";
import { defineLearner, type Head } from "../types.js";
import { initPenalty, type Penalty, penaltyOf, systemSize } from "./system.js";

/** λ starts near a feature vector's squared norm for classification; a start of 1 trained slower on images at 1 and 5 shots. */
const initClassifier = (width: number): ArraysOf<Penalty & Scale> => ({
  ...initPenalty(width),
  ...initScale(),
});
const initRegressor = (): ArraysOf<Penalty> => initPenalty(1);

/** W `[width, way]` for `x` `[N, width]` and `labels` `[N, way]`, both zero for masked examples. */
function ridgeWeights(params: Penalty, x: Tensor, labels: Tensor): Tensor {
  const penalty = np.eye(systemSize(x, "ridge")).mul(penaltyOf(params));
  const [n, width] = x.shape;
  return n <= width
    ? np.matmul(x.transpose(), solve(np.matmul(x, x.transpose()).add(penalty), labels))
    : solve(np.matmul(x.transpose(), x).add(penalty), np.matmul(x.transpose(), labels));
}

/** Fits W. */
const classifier: Head<Penalty & Scale, Tensor> = {
  fit: (params, features, { labels, mask }) =>
    ridgeWeights(params, features.mul(mask.reshape([-1, 1])), labels),
  outputs: (params, weight, features) => scaled(np.matmul(features, weight), params),
};

/** Fits W and the intercept ȳ − x̄ W. */
const regressor: Head<Penalty, LinearHead> = {
  fit(params, features, { labels, mask }) {
    const share = mask.div(np.maximum(np.sum(mask), 1));
    const means = [features, labels].map((rows) => np.matmul(share, rows));
    const [x, y] = [features, labels].map((rows, i) => rows.sub(means[i]).mul(mask.reshape([-1, 1])));
    const weight = ridgeWeights(params, x, y);
    return { weight, bias: means[1].sub(np.matmul(means[0], weight)) };
  },
  outputs: (_, head, features) => linear(features, head),
};

export const ridge = defineLearner({
  name: "ridge",
  summary: "ridge regression on the embeddings, in closed form",
  source: "Bertinetto, Henriques, Torr, Vedaldi 2019",
  options: z.strictObject({}),
  tasks: ["classification", "regression"],
  certainty: "logit",
  create: (_, task) =>
    task === "classification"
      ? embeddingLearner(classifier, initClassifier)
      : embeddingLearner(regressor, initRegressor),
});
