/**
 * SimpleShot (Wang, Chao, Weinberger, van der Maaten, 2019): nearest class mean of embeddings centred by the mean m of the
 * training data and normalised, z = (f(x) − m) / ‖f(x) − m‖, logit_k = −α ‖z − c_k‖², with α learned as its logarithm to
 * give calibrated probabilities.
 *
 * m is a running average. The paper trains the network on all classes at once; trained on its own, this learner is trained
 * on episodes, each centred by its own mean.
 */

import { z } from "zod";
import { np, type Tensor } from "../../engine/index.js";
import { unit } from "../../nn/cosine.js";
import { constant } from "../../nn/init.js";
import { embeddingLearner } from "../embedding.js";
import { prototypes, squaredDistances } from "../metric/prototypes.js";
import { initScale, type Scale, scaled } from "../metric/scale.js";
import { defineLearner, type Head } from "../types.js";

/** m `[width]`. */
type Centre = { readonly mean: Tensor };

const normalised = ({ mean }: Centre, features: Tensor): Tensor => unit(features.sub(mean));

/** Fits the class means `[way, width]`. */
const simpleShot: Head<Scale, Tensor, Centre> = {
  averages: {
    init: (width) => ({ mean: constant(0, [width]) }),
    measure: (features, mask) => ({
      mean: np.matmul(mask, features).div(np.maximum(np.sum(mask), 1)),
    }),
  },
  fit: (params, features, targets) => prototypes(normalised(params, features), targets),
  outputs: (params, fitted, features) =>
    scaled(squaredDistances(normalised(params, features), fitted), params).neg(),
};

export const nearestCentroid = defineLearner({
  name: "nearest-centroid",
  summary: "nearest class mean of centred, normalised embeddings (SimpleShot)",
  source: "Wang, Chao, Weinberger, van der Maaten 2019",
  options: z.strictObject({}),
  tasks: ["classification"],
  certainty: "logit",
  create: () => embeddingLearner(simpleShot, initScale),
});
