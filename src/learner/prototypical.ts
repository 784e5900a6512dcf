/**
 * Prototypical networks (Snell, Swersky, Zemel, 2017): a class is the mean of its support embeddings,
 * c_k = Σ_i y_ik f(x_i) / Σ_i y_ik, and a query belongs to the nearest, logit_k = −‖f(x) − c_k‖² / √width.
 *
 * The paper has no √width; dividing by it, as scaled dot-product attention does, gives logits of one spread at any
 * width and trains faster (metric scaling: Oreshkin, Rodríguez López, Lacoste, 2018).
 */

import { z } from "zod";
import { np, type Tensor } from "../engine/index.js";
import { embeddingLearner } from "./embedding.js";
import type { Head, LearnerMethod } from "./types.js";

/** Keeps the prototypes [way, width]. */
const nearestPrototype: Head = {
  fit(_, features, { labels }) {
    const counts = np.maximum(np.sum(labels, 0), 1);
    return np.matmul(labels.transpose(), features).div(counts.reshape([-1, 1]));
  },

  outputs(_, fitted, features) {
    const prototypes = fitted as Tensor;
    const squared = (x: Tensor) => np.sum(x.mul(x), -1);
    const similarity = np.matmul(features, prototypes.transpose()).mul(2);
    const distance = squared(features).reshape([-1, 1]).add(squared(prototypes)).sub(similarity);
    return distance.mul(-1 / Math.sqrt(features.shape[1]));
  },
};

export const prototypical: LearnerMethod = {
  name: "prototypical",
  summary: "a class is the mean of its examples; the nearest wins",
  source: "Snell, Swersky, Zemel 2017",
  options: z.strictObject({}),
  tasks: ["classification"],
  create: () => embeddingLearner(nearestPrototype, () => ({})),
};
