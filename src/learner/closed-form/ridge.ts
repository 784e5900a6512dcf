/**
 * Ridge regression on the features (R2-D2: Bertinetto, Henriques, Torr, Vedaldi, 2019), in closed form:
 * W = Xᵀ (X Xᵀ + λI)⁻¹ Y, logits = α · f(x) W, with λ and α learned as their logarithms.
 *
 * The system is of the support's size; where features are narrower, (XᵀX + λI)⁻¹ XᵀY is the same and smaller. Rows of
 * padding are zero and change neither. The paper's β, added to all logits alike, would get gradient 0: softmax takes
 * it away.
 *
 * Numbers need no α, and an intercept that is not penalised: with the means x̄ and ȳ of the support taken away,
 * outputs = (f(x) − x̄) W + ȳ.
 */

import { z } from "zod";
import type { Arrays } from "../../base/array.js";
import { np, type Tensor, type Tensors } from "../../engine/index.js";
import { linear } from "../../nn/layers.js";
import { solve } from "../../nn/solve.js";
import { embeddingLearner } from "../embedding.js";
import type { LinearHead } from "../gradient/linear-head.js";
import { initScale, scaled } from "../metric/scale.js";
import { defineLearner, type Head } from "../types.js";
import { initPenalty, penaltyOf, systemSize } from "./system.js";

/** Of classes, λ starts near a feature vector's squared length; a start of 1 was slower on images at 1 and 5 shots. */
const initClasses = (width: number): Arrays => ({ ...initPenalty(width), ...initScale() });
const initNumbers = (): Arrays => initPenalty(1);

/** W [width, way] of rows [N, width] and labels [N, way], both zero where they teach nothing. */
function regress(params: Tensors, x: Tensor, labels: Tensor): Tensor {
  const penalty = np.eye(systemSize(x, "ridge")).mul(penaltyOf(params));
  const [n, width] = x.shape;
  return n <= width
    ? np.matmul(x.transpose(), solve(np.matmul(x, x.transpose()).add(penalty), labels))
    : solve(np.matmul(x.transpose(), x).add(penalty), np.matmul(x.transpose(), labels));
}

/** Keeps W. */
const ofClasses: Head = {
  fit: (params, features, { labels, counts }) =>
    regress(params, features.mul(counts.reshape([-1, 1])), labels),
  outputs: (params, fitted, features) => scaled(np.matmul(features, fitted as Tensor), params),
};

/** Keeps W and the intercept ȳ − x̄ W. */
const ofNumbers: Head = {
  fit(params, features, { labels, counts }) {
    const share = counts.div(np.maximum(np.sum(counts), 1));
    const means = [features, labels].map((x) => np.matmul(share, x));
    const [x, y] = [features, labels].map((z, i) => z.sub(means[i]).mul(counts.reshape([-1, 1])));
    const weight = regress(params, x, y);
    return { weight, bias: means[1].sub(np.matmul(means[0], weight)) };
  },
  outputs: (_, fitted, features) => linear(features, fitted as LinearHead),
};

export const ridge = defineLearner({
  name: "ridge",
  summary: "ridge regression on the features, in closed form",
  source: "Bertinetto, Henriques, Torr, Vedaldi 2019",
  options: z.strictObject({}),
  tasks: ["classification", "regression"],
  certainty: "logit",
  create: (_, task) =>
    task === "classification"
      ? embeddingLearner(ofClasses, initClasses)
      : embeddingLearner(ofNumbers, initNumbers),
});
