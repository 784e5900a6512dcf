/**
 * Linear probe: logistic regression on frozen features (Tian, Wang, Krishnan, Tenenbaum, Isola, 2020),
 * W = argmin Σ_i L(f(x_i)/‖f(x_i)‖ W, y_i) + λ/2 ‖W‖², without intercept. A baseline for features that were not trained for
 * the task.
 *
 * Training changes no parameter: the features are those of the initial parameters, with running averages computed on the
 * training data.
 */

import { z } from "zod";
import { np, type Tensor } from "../../engine/index.js";
import { unit } from "../../nn/cosine.js";
import { softmaxRegression } from "../closed-form/softmax-regression.js";
import { embeddingLearner } from "../embedding.js";
import { defineLearner, type Head } from "../types.js";

const options = z.strictObject({
  /** λ, the weight of the L2 penalty. */
  penalty: z.number().positive().default(1),
  /** Newton-like steps to the minimum. */
  innerSteps: z.number().int().min(1).max(200).default(50),
});
type LinearProbeOptions = z.infer<typeof options>;

/** Fits W `[width, way]`. */
const probe = ({
  penalty,
  innerSteps,
}: LinearProbeOptions): Head<Readonly<Record<string, never>>, Tensor> => ({
  fit: (_, features, targets) =>
    softmaxRegression(unit(features), targets, np.array(penalty), innerSteps, "linear-probe"),
  outputs: (_, weight, features) => np.matmul(unit(features), weight),
});

export const linearProbe = defineLearner({
  name: "linear-probe",
  summary: "logistic regression on frozen features",
  source: "Tian, Wang, Krishnan, Tenenbaum, Isola 2020",
  options,
  tasks: ["classification"],
  certainty: "logit",
  create: (options) => ({
    ...embeddingLearner(probe(options), () => ({})),
    trainable: () => false,
  }),
});
