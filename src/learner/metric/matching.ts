/**
 * Matching networks (Vinyals, Blundell, Lillicrap, Kavukcuoglu, Wierstra, 2016): the prediction is the mean of the support's
 * labels weighted by a softmax over cosines, ŷ = Σ_i a(x, x_i) y_i.
 *
 * Embeddings do not depend on the rest of the support: the paper's full-context embeddings read it as a sequence and depend
 * on its order. The paper's softmax has no scale; since cosines lie within ±1, it stays close to uniform without one.
 */

import { z } from "zod";
import { embeddingLearner } from "../embedding.js";
import { defineLearner } from "../types.js";
import { votingHead } from "./neighbours.js";
import { initScale } from "./scale.js";

export const matching = defineLearner({
  name: "matching",
  summary: "mean of the support's labels, weighted by a softmax over cosines",
  source: "Vinyals, Blundell, Lillicrap, Kavukcuoglu, Wierstra 2016",
  options: z.strictObject({}),
  tasks: ["classification", "regression"],
  certainty: "logit",
  create: (_, task) => embeddingLearner(votingHead(task), initScale),
});
