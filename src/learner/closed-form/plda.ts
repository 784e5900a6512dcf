/**
 * Probabilistic linear discriminant analysis (Ioffe, 2006), in the space where it is diagonal: with z = (f(x) − m) P, a class
 * is y ~ N(0, b) and its examples z ~ N(y, 1), feature by feature. A class of n examples of mean c has y ~ N(μ, v), v = b / (1 + n b)
 * and μ = n v c, and says of a query how much likelier it is of the class than of any,
 *
 * logit_k = Σ_j log N(z_j; μ_kj, 1 + v_kj) − log N(z_j; 0, 1 + b_j).
 *
 * Logits are log-likelihood ratios: 0 for a class without examples, so that of several experts one that was not shown a
 * class says nothing of it (experts.ts). Where examples are embedded alone, the mean m, P and b are solved before training, from the
 * within- and between-class covariances of the embedded train split (covariances.ts); they are trained further.
 */

import { z } from "zod";
import { type Arrays, float32 } from "../../base/array.js";
import { np, type Tensor } from "../../engine/index.js";
import { constant } from "../../nn/init.js";
import { embeddingLearner } from "../embedding.js";
import { prototypes } from "../metric/prototypes.js";
import { defineLearner, type Head } from "../types.js";
import { solveTwoCovariances } from "./covariances.js";

type Params = { readonly mean: Tensor; readonly map: Tensor; readonly logBetween: Tensor };
/** What is quadratic, linear and constant in z, [width, way], [width, way] and [way]. */
type Ratios = { readonly square: Tensor; readonly weight: Tensor; readonly bias: Tensor };

/** Before anything is solved, features are taken to vary as much between classes as within. */
const init = (width: number): Arrays => ({
  mean: constant(0, [width]),
  map: float32(
    Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? Math.SQRT2 : 0)),
    [width, width],
  ),
  logBetween: constant(0, [width]),
});

const mapped = ({ mean, map }: Params, features: Tensor) => np.matmul(features.sub(mean), map);

/** Keeps {@link Ratios}. */
const twoCovariances: Head = {
  areRatios: true,
  solve: (params, features, labels) => solveTwoCovariances(features, labels) ?? params,

  fit(params, features, targets) {
    const own = params as unknown as Params;
    const between = np.exp(own.logBetween);
    const counts = np.sum(targets.labels, 0).reshape([-1, 1]);
    const left = between.div(counts.mul(between).add(1));
    const means = prototypes(mapped(own, features), targets).mul(counts).mul(left);
    const precision = np.reciprocal(left.add(1));
    const overall = np.reciprocal(between.add(1));
    const weight = means.mul(precision);
    const logs = np.log(precision).sub(np.log(overall));
    const bias = np.sum(logs.sub(means.mul(weight)), -1).mul(0.5);
    return {
      square: overall.sub(precision).mul(0.5).transpose(),
      weight: weight.transpose(),
      bias,
    };
  },

  outputs(params, fitted, features) {
    const x = mapped(params as unknown as Params, features);
    const { square, weight, bias } = fitted as unknown as Ratios;
    return np.matmul(x.mul(x), square).add(np.matmul(x, weight)).add(bias);
  },
};

export const plda = defineLearner({
  name: "plda",
  summary: "likelihood ratios of Gaussian classes whose spread the train split gives",
  source: "Ioffe 2006; Prince, Elder 2007",
  options: z.strictObject({}),
  tasks: ["classification"],
  certainty: "logit",
  create: () => embeddingLearner(twoCovariances, init),
});
