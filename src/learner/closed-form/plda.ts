/**
 * Probabilistic linear discriminant analysis (Ioffe, 2006), in the space in which it is diagonal: with z = (f(x) − m) P, a
 * class is y ~ N(0, b) and its examples are z ~ N(y, 1), per feature. A class of n examples of mean c has the posterior
 * y ~ N(μ, v), v = b / (1 + n b) and μ = n v c, and
 *
 * logit_k = Σ_j log N(z_j; μ_kj, 1 + v_kj) − log N(z_j; 0, 1 + b_j).
 *
 * Logits are log-likelihood ratios, 0 for a class without examples, so that an expert without examples of a class does not
 * change its product (experts.ts). If examples are embedded independently, the mean m, P and b are solved before training
 * from the within- and between-class covariances of the embedded train split (covariances.ts), and trained further.
 */

import { z } from "zod";
import { float32 } from "../../base/array.js";
import { np, type Tensor } from "../../engine/index.js";
import { constant } from "../../nn/init.js";
import type { ArraysOf } from "../../nn/params.js";
import { embeddingLearner } from "../embedding.js";
import { prototypes } from "../metric/prototypes.js";
import { defineLearner, type Head } from "../types.js";
import { solveTwoCovariances } from "./covariances.js";

/** `mean` m `[width]`, `map` P `[width, width]`, `logBetween` log b `[width]`. */
type Params = { readonly mean: Tensor; readonly map: Tensor; readonly logBetween: Tensor };
/** Coefficients of the logits: quadratic in z `[width, way]`, linear `[width, way]`, and constant `[way]`. */
type Ratios = { readonly square: Tensor; readonly weight: Tensor; readonly bias: Tensor };

/** Before the closed form is solved, features vary as much between classes as within. */
const init = (width: number): ArraysOf<Params> => ({
  mean: constant(0, [width]),
  map: float32(
    Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? Math.SQRT2 : 0)),
    [width, width],
  ),
  logBetween: constant(0, [width]),
});

/** z `[N, width]`. */
const project = ({ mean, map }: Params, features: Tensor) => np.matmul(features.sub(mean), map);

const likelihoodRatioHead: Head<Params, Ratios> = {
  isLikelihoodRatio: true,
  solve: (params, features, labels) => solveTwoCovariances(features, labels) ?? params,

  fit(params, features, targets) {
    const between = np.exp(params.logBetween);
    const counts = np.sum(targets.labels, 0).reshape([-1, 1]);
    const posterior = between.div(counts.mul(between).add(1));
    const means = prototypes(project(params, features), targets).mul(counts).mul(posterior);
    const precision = np.reciprocal(posterior.add(1));
    const marginalPrecision = np.reciprocal(between.add(1));
    const weight = means.mul(precision);
    const logRatio = np.log(precision).sub(np.log(marginalPrecision));
    const bias = np.sum(logRatio.sub(means.mul(weight)), -1).mul(0.5);
    return {
      square: marginalPrecision.sub(precision).mul(0.5).transpose(),
      weight: weight.transpose(),
      bias,
    };
  },

  outputs(params, { square, weight, bias }, features) {
    const z = project(params, features);
    return np.matmul(z.mul(z), square).add(np.matmul(z, weight)).add(bias);
  },
};

export const plda = defineLearner({
  name: "plda",
  summary: "log-likelihood ratios of Gaussian classes with covariances solved from the train split",
  source: "Ioffe 2006; Prince, Elder 2007",
  options: z.strictObject({}),
  tasks: ["classification"],
  certainty: "logit",
  create: () => embeddingLearner(likelihoodRatioHead, init),
});
