/**
 * Matching networks (Vinyals, Blundell, Lillicrap, Kavukcuoglu, Wierstra, 2016): every support example votes for its
 * label with the weight of a softmax over cosines, ŷ = Σ_i a(x, x_i) y_i.
 *
 * Embeddings do not see the rest of the support (no full-context embeddings, which read it as a sequence and so
 * depend on its order). The paper's softmax has no scale; cosines lie within ±1, so without one it stays near uniform.
 */

import { z } from "zod";
import { embeddingLearner } from "../embedding.js";
import { defineLearner } from "../types.js";
import { votes } from "./neighbours.js";
import { initScale } from "./scale.js";

export const matching = defineLearner({
  name: "matching",
  summary: "every support example votes, by its cosine to the query",
  source: "Vinyals, Blundell, Lillicrap, Kavukcuoglu, Wierstra 2016",
  options: z.strictObject({}),
  tasks: ["classification", "regression"],
  certainty: "logit",
  create: (_, task) => embeddingLearner(votes(task), initScale),
});
