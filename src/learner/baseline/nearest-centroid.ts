/**
 * SimpleShot (Wang, Chao, Weinberger, van der Maaten, 2019): a query belongs to the nearest class mean of vectors that
 * are centred by the mean m of the training data and brought to length 1, z = (f(x) − m) / ‖f(x) − m‖,
 * logit_k = −α ‖z − c_k‖², with α learned as its logarithm for the sake of probabilities.
 *
 * m is measured while training. The paper trains the network on all classes at once; trained by itself, this row is
 * trained on episodes, each centred by its own mean.
 */

import { z } from "zod";
import { np, type Tensor, type Tensors } from "../../engine/index.js";
import { unit } from "../../nn/cosine.js";
import { constant } from "../../nn/init.js";
import { embeddingLearner } from "../embedding.js";
import { prototypes, squaredDistances } from "../metric/prototypes.js";
import { initScale, scaled } from "../metric/scale.js";
import { defineLearner, type Head } from "../types.js";

const centred = (params: Tensors, features: Tensor): Tensor =>
  unit(features.sub((params as { mean: Tensor }).mean));

/** Keeps the class means [way, width]. */
const simpleShot: Head = {
  measures: {
    init: (width) => ({ mean: constant(0, [width]) }),
    of: (features, counts) => ({ mean: np.matmul(counts, features).div(np.maximum(np.sum(counts), 1)) }),
  },
  fit: (params, features, targets) => prototypes(centred(params, features), targets),
  outputs: (params, fitted, features) =>
    scaled(squaredDistances(centred(params, features), fitted as Tensor), params).neg(),
};

export const nearestCentroid = defineLearner({
  name: "nearest-centroid",
  summary: "nearest class mean of centred vectors of length 1 (SimpleShot)",
  source: "Wang, Chao, Weinberger, van der Maaten 2019",
  options: z.strictObject({}),
  tasks: ["classification"],
  certainty: "logit",
  create: () => embeddingLearner(simpleShot, initScale),
});
