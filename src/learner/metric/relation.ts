/**
 * Relation networks (Sung, Yang, Zhang, Xiang, Torr, Hospedales, 2018): the similarity of a query and a class is learned,
 * logit_k = g([c_k, f(x)]) with a network g of two hidden ReLU layers on the class's and the query's embedding.
 *
 * A class is represented by the mean of its examples, so that shots may vary; the paper uses the sum. The paper compares
 * feature maps by convolutions and trains sigmoid outputs by squared errors; here embeddings are vectors, and the loss is
 * the cross-entropy of all learners. The last layer has no bias, which would add the same to every logit.
 */

import { z } from "zod";
import type { Random } from "../../base/random.js";
import { np, type Tensor } from "../../engine/index.js";
import { constant, heLayer, heNormal } from "../../nn/init.js";
import { type Linear, linear, relu } from "../../nn/layers.js";
import { embeddingLearner } from "../embedding.js";
import { defineLearner, type Head } from "../types.js";
import { prototypes } from "./prototypes.js";

/**
 * g: the first layer `[2 width, 2 width]` in two halves, for the class and the query, with `bias` `[2 width]`; `second`
 * `[2 width, 2 width]`; `last` `[2 width, 1]`.
 */
type Params = {
  readonly ofClass: Tensor;
  readonly ofQuery: Tensor;
  readonly bias: Tensor;
  readonly second: Linear;
  readonly last: Tensor;
};

function init(width: number, random: Random) {
  const hidden = 2 * width;
  return {
    ofClass: heNormal(random, [width, hidden], hidden),
    ofQuery: heNormal(random, [width, hidden], hidden),
    bias: constant(0, [hidden]),
    second: heLayer(random, hidden, hidden),
    last: heNormal(random, [hidden, 1], hidden),
  };
}

/** Fits the class's half of the first layer, `[way, 2 width]`. */
const relationHead: Head<Params, Tensor> = {
  fit: ({ ofClass, bias }, features, targets) =>
    linear(prototypes(features, targets), { weight: ofClass, bias }),

  outputs({ ofQuery, second, last }, fitted, features) {
    const [queries] = features.shape;
    const [way, hidden] = fitted.shape;
    const pairs = np.matmul(features, ofQuery).reshape([queries, 1, hidden]).add(fitted);
    const h = relu(linear(relu(pairs.reshape([queries * way, hidden])), second));
    return np.matmul(h, last).reshape([queries, way]);
  },
};

export const relation = defineLearner({
  name: "relation",
  summary: "classify by a learned network that compares a query with each class mean",
  source: "Sung, Yang, Zhang, Xiang, Torr, Hospedales 2018",
  options: z.strictObject({}),
  tasks: ["classification"],
  certainty: "logit",
  create: () => embeddingLearner(relationHead, init),
});
