/**
 * Relation networks (Sung, Yang, Zhang, Xiang, Torr, Hospedales, 2018): how near a query is to a class is learned too,
 * logit_k = g([c_k, f(x)]) with a network g of two rectified layers on the class's embedding and the query's.
 *
 * A class is the mean of its examples, where the paper adds them up, so that shots may vary. The paper compares maps
 * of features by convolutions and fits sigmoids to 0 and 1 by squares; here they are vectors, and the loss is the
 * cross-entropy of all learners. A bias on the last layer would add the same to every logit.
 */

import { z } from "zod";
import type { Arrays } from "../../base/array.js";
import type { Random } from "../../base/random.js";
import { np, type Tensor } from "../../engine/index.js";
import { constant, heLayer, heNormal } from "../../nn/init.js";
import { type Linear, linear, rectify } from "../../nn/layers.js";
import { embeddingLearner } from "../embedding.js";
import { defineLearner, type Head } from "../types.js";
import { prototypes } from "./prototypes.js";

/** g: the first layer [2 width, 2 width] in halves, of the class and of the query; `second` is as large; `last` [2 width, 1]. */
type Comparator = {
  readonly ofClass: Tensor;
  readonly ofQuery: Tensor;
  readonly bias: Tensor;
  readonly second: Linear;
  readonly last: Tensor;
};

function init(width: number, random: Random): Arrays {
  const hidden = 2 * width;
  return {
    ofClass: heNormal(random, [width, hidden], hidden),
    ofQuery: heNormal(random, [width, hidden], hidden),
    bias: constant(0, [hidden]),
    second: heLayer(random, hidden, hidden),
    last: heNormal(random, [hidden, 1], hidden),
  };
}

/** Keeps the class's half of the first layer, [way, 2 width]. */
const compared: Head = {
  fit(params, features, targets) {
    const { ofClass, bias } = params as Comparator;
    return linear(prototypes(features, targets), { weight: ofClass, bias });
  },

  outputs(params, fitted, features) {
    const { ofQuery, second, last } = params as Comparator;
    const [queries] = features.shape;
    const [way, hidden] = (fitted as Tensor).shape;
    const ofPair = np
      .matmul(features, ofQuery)
      .reshape([queries, 1, hidden])
      .add(fitted as Tensor);
    const h = rectify(linear(rectify(ofPair.reshape([queries * way, hidden])), second));
    return np.matmul(h, last).reshape([queries, way]);
  },
};

export const relation = defineLearner({
  name: "relation",
  summary: "a learned network compares a query with each class",
  source: "Sung, Yang, Zhang, Xiang, Torr, Hospedales 2018",
  options: z.strictObject({}),
  tasks: ["classification"],
  certainty: "logit",
  create: () => embeddingLearner(compared, init),
});
