/**
 * Prototypical networks (Snell, Swersky, Zemel, 2017): a class is the mean of its support embeddings,
 * c_k = Σ_i y_ik f(x_i) / Σ_i y_ik, and a query belongs to the nearest, logit_k = −‖f(x) − c_k‖² / √width.
 *
 * The paper has no √width; dividing by it, as scaled dot-product attention does, gives logits of one spread at any
 * width and trains faster (metric scaling: Oreshkin, Rodríguez López, Lacoste, 2018).
 */

import { z } from "zod";
import type { Tensor } from "../../engine/index.js";
import { embeddingLearner } from "../embedding.js";
import { defineLearner, type Head } from "../types.js";
import { prototypes, squaredDistances } from "./prototypes.js";

/** Keeps the prototypes [way, width]. */
const nearestPrototype: Head = {
  fit: (_, features, targets) => prototypes(features, targets),
  outputs: (_, fitted, features) =>
    squaredDistances(features, fitted as Tensor).mul(-1 / Math.sqrt(features.shape[1])),
};

export const prototypical = defineLearner({
  name: "prototypical",
  summary: "a class is the mean of its examples; the nearest wins",
  source: "Snell, Swersky, Zemel 2017",
  options: z.strictObject({}),
  tasks: ["classification"],
  certainty: "logit",
  create: () => embeddingLearner(nearestPrototype, () => ({})),
});
