/**
 * Gaussian discriminant analysis (Fisher, 1936) with a regularised covariance (Friedman, 1989), as in few-shot heads
 * (Bateni, Goyal, Masrani, Wood, Sigal, 2020), in closed form: classes are equally likely Gaussians around their means μ_k
 * with one covariance, Σ = (1/n) Σ_i (f(x_i) − μ_{y_i})(f(x_i) − μ_{y_i})ᵀ + λI, and
 * logit_k = −½ (f(x) − μ_k)ᵀ Σ⁻¹ (f(x) − μ_k), with λ learned as its logarithm.
 *
 * With one example per class Σ = λI, as in prototypical networks. λ starts at the value that gives their logits.
 */

import { z } from "zod";
import { np, type Tensor } from "../../engine/index.js";
import { linear } from "../../nn/layers.js";
import { embeddingLearner } from "../embedding.js";
import type { LinearHead } from "../gradient/linear-head.js";
import { prototypes } from "../metric/prototypes.js";
import { defineLearner, type Head } from "../types.js";
import { initPenalty, type Penalty, penalisedInverse, penaltyOf } from "./system.js";

/** The terms linear in f(x), μ_kᵀ Σ⁻¹ f(x) − ½ μ_kᵀ Σ⁻¹ μ_k, and `precision` Σ⁻¹ `[width, width]`. */
type Gaussians = LinearHead & { readonly precision: Tensor };

const gaussianHead: Head<Penalty, Gaussians> = {
  fit(params, features, targets) {
    const { labels, mask } = targets;
    const means = prototypes(features, targets);
    const share = np.sqrt(mask.div(np.maximum(np.sum(mask), 1))).reshape([-1, 1]);
    const centred = features.sub(np.matmul(labels, means)).mul(share);
    const precision = penalisedInverse(centred, penaltyOf(params), "gda")(np.eye(features.shape[1]));
    const weight = np.matmul(precision, means.transpose());
    const bias = np.sum(means.transpose().mul(weight), 0).mul(-0.5);
    return { weight, bias, precision };
  },

  outputs(_, { weight, bias, precision }, features) {
    const quadratic = np.sum(np.matmul(features, precision).mul(features), -1, { keepdims: true });
    return linear(features, { weight, bias }).sub(quadratic.mul(0.5));
  },
};

export const gda = defineLearner({
  name: "gda",
  summary: "Gaussian classes with one regularised covariance, in closed form",
  source: "Fisher 1936; Friedman 1989; Bateni, Goyal, Masrani, Wood, Sigal 2020",
  options: z.strictObject({}),
  tasks: ["classification"],
  certainty: "logit",
  create: () => embeddingLearner(gaussianHead, (width) => initPenalty(Math.sqrt(width) / 2)),
});
