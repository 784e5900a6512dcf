/**
 * Prototypical networks (Snell, Swersky, Zemel, 2017): each class is represented by the mean of its support embeddings,
 * c_k = Σ_i y_ik f(x_i) / Σ_i y_ik, and logit_k = −‖f(x) − c_k‖² / √width.
 *
 * The paper has no √width. Dividing by it, as scaled dot-product attention does, gives logits of the same spread at any
 * width and trains faster (metric scaling: Oreshkin, Rodríguez López, Lacoste, 2018).
 */

import { z } from "zod";
import type { Tensor } from "../../engine/index.js";
import { embeddingLearner } from "../embedding.js";
import { defineLearner, type Head } from "../types.js";
import { prototypes, squaredDistances } from "./prototypes.js";

/** Fits the prototypes `[way, width]`. */
const nearestPrototype: Head<Readonly<Record<string, never>>, Tensor> = {
  fit: (_, features, targets) => prototypes(features, targets),
  outputs: (_, fitted, features) => squaredDistances(features, fitted).mul(-1 / Math.sqrt(features.shape[1])),
};

export const prototypical = defineLearner({
  name: "prototypical",
  summary: "classify by distance to the mean support embedding of each class",
  source: "Snell, Swersky, Zemel 2017",
  options: z.strictObject({}),
  tasks: ["classification"],
  certainty: "logit",
  create: () => embeddingLearner(nearestPrototype, () => ({})),
});
