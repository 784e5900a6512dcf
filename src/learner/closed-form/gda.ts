/**
 * Gaussian discriminant analysis (Fisher, 1936) with a shrunk covariance (Friedman, 1989), as few-shot heads use it
 * (Bateni, Goyal, Masrani, Wood, Sigal, 2020), in closed form: classes are Gaussians around their means μ_k with one
 * covariance, Σ = (1/n) Σ_i (f(x_i) − μ_{y_i})(f(x_i) − μ_{y_i})ᵀ + λI, and equally likely,
 * logit_k = −½ (f(x) − μ_k)ᵀ Σ⁻¹ (f(x) − μ_k), with λ learned as its logarithm.
 *
 * With one example a class, Σ = λI: prototypical networks. λ starts where the logits are theirs.
 */

import { z } from "zod";
import type { Arrays } from "../../base/array.js";
import { np, type Tensor } from "../../engine/index.js";
import { linear } from "../../nn/layers.js";
import { embeddingLearner } from "../embedding.js";
import type { LinearHead } from "../gradient/linear-head.js";
import { prototypes } from "../metric/prototypes.js";
import { defineLearner, type Head } from "../types.js";
import { initPenalty, penalisedInverse, penaltyOf } from "./system.js";

const init = (width: number): Arrays => initPenalty(Math.sqrt(width) / 2);

/** What is linear in f(x), μ_kᵀ Σ⁻¹ f(x) − ½ μ_kᵀ Σ⁻¹ μ_k, and Σ⁻¹ [width, width] of the rest. */
type Gaussians = LinearHead & { readonly precision: Tensor };

/** Keeps {@link Gaussians}. */
const gaussians: Head = {
  fit(params, features, targets) {
    const { labels, counts } = targets;
    const means = prototypes(features, targets);
    const share = np.sqrt(counts.div(np.maximum(np.sum(counts), 1))).reshape([-1, 1]);
    const away = features.sub(np.matmul(labels, means)).mul(share);
    const precision = penalisedInverse(away, penaltyOf(params), "gda")(np.eye(features.shape[1]));
    const weight = np.matmul(precision, means.transpose());
    const bias = np.sum(means.transpose().mul(weight), 0).mul(-0.5);
    return { weight, bias, precision };
  },

  outputs(_, fitted, features) {
    const { weight, bias, precision } = fitted as Gaussians;
    const spread = np.sum(np.matmul(features, precision).mul(features), -1, { keepdims: true });
    return linear(features, { weight, bias }).sub(spread.mul(0.5));
  },
};

export const gda = defineLearner({
  name: "gda",
  summary: "classes are Gaussians of one shrunk covariance, in closed form",
  source: "Fisher 1936; Friedman 1989; Bateni, Goyal, Masrani, Wood, Sigal 2020",
  options: z.strictObject({}),
  tasks: ["classification"],
  certainty: "logit",
  create: () => embeddingLearner(gaussians, init),
});
