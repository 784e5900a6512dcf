/**
 * Logistic regression on frozen features (Tian, Wang, Krishnan, Tenenbaum, Isola, 2020), the baseline that asks how far
 * features go which were not learned for it: W = argmin Σ_i L(W ·f(x_i)/‖f(x_i)‖, y_i) + λ/2 ‖W‖², without intercept.
 *
 * Training changes no parameter: the features are those of the parameters it starts from, with running averages
 * measured on its data.
 */

import { z } from "zod";
import { np, type Tensor } from "../../engine/index.js";
import { unit } from "../../nn/cosine.js";
import { softmaxRegression } from "../closed-form/softmax-regression.js";
import { embeddingLearner } from "../embedding.js";
import { defineLearner, type Head } from "../types.js";

const options = z.strictObject({
  /** λ. */
  penalty: z.number().positive().default(1),
  /** Steps to the minimum. */
  innerSteps: z.number().int().min(1).max(200).default(50),
});
export type LinearProbeOptions = z.infer<typeof options>;

/** Keeps W [width, way]. */
const probe = ({ penalty, innerSteps }: LinearProbeOptions): Head => ({
  fit: (_, features, targets) =>
    softmaxRegression(unit(features), targets, np.array(penalty), innerSteps, "linear-probe"),
  outputs: (_, fitted, features) => np.matmul(unit(features), fitted as Tensor),
});

export const linearProbe = defineLearner({
  name: "linear-probe",
  summary: "logistic regression on features that are left as they are",
  source: "Tian, Wang, Krishnan, Tenenbaum, Isola 2020",
  options,
  tasks: ["classification"],
  certainty: "logit",
  create: (own: LinearProbeOptions) => ({
    ...embeddingLearner(probe(own), () => ({})),
    trainable: () => false,
  }),
});
