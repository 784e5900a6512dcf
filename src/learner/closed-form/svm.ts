/**
 * Support vector machine on the embeddings (MetaOptNet: Lee, Maji, Ravichandran, Soatto, 2019), multiclass (Crammer and
 * Singer, 2001). Its dual, max_α Σ_i α_{i,y_i} − ½ Σ_k ‖Σ_i α_ik f(x_i)‖² with α_ik ≤ C [k = y_i] and Σ_k α_ik = 0, is
 * maximised by a fixed number of accelerated projected gradient steps (Beck and Teboulle, 2009); the paper solves it to
 * convergence. Logits are γ Σ_i α_ik f(x_i)ᵀ f(x), with γ learned as its logarithm.
 */

import { z } from "zod";
import { lax, np, type Tensor } from "../../engine/index.js";
import type { Targets } from "../../objective/index.js";
import { embeddingLearner } from "../embedding.js";
import { initScale, type Scale, scaled } from "../metric/scale.js";
import { defineLearner, type Head } from "../types.js";

const options = z.strictObject({
  /** C, the largest weight of one example. */
  c: z.number().positive().default(0.1),
  /** Steps on the dual. */
  innerSteps: z.number().int().min(1).max(200).default(20),
});
type SvmOptions = z.infer<typeof options>;

/**
 * The projection of `a` `[N, way]` onto the constraints: C y − β with β the projection of v = C y − a onto the simplex
 * β ≥ 0, Σ_k β_k = C. That is max(v − τ, 0) with τ = (Σ_{k in S} v_k − C) / |S|, where S are the k with
 * Σ_{l: v_l ≥ v_k} (v_l − v_k) < C. S is held constant: the projection is continuous where it changes.
 */
function project(a: Tensor, { labels, mask, classMask }: Targets, c: number): Tensor {
  const upperBound = labels.mul(c);
  const v = np.where(classMask.greater(0), upperBound.sub(a), -1e9);
  const fixed = lax.stopGradient(v);
  const above = fixed.reshape([...v.shape, 1]).sub(fixed.reshape([v.shape[0], 1, -1]));
  const inS = np.sum(np.maximum(above, 0), 1).less(c).astype(np.float32);
  const size = np.maximum(np.sum(inS, -1, { keepdims: true }), 1);
  const threshold = np.sum(v.mul(inS), -1, { keepdims: true }).sub(c).div(size);
  return upperBound.sub(v.sub(threshold).mul(inS)).mul(mask.reshape([-1, 1]));
}

/** Fits the weights Σ_i f(x_i) α_ik `[width, way]`. */
const svmHead = ({ c, innerSteps }: SvmOptions): Head<Scale, Tensor> => ({
  fit(_, features, targets) {
    const x = features.mul(targets.mask.reshape([-1, 1]));
    const gram = np.matmul(x, x.transpose());
    // The largest absolute row sum bounds the largest eigenvalue.
    const learningRate = np.reciprocal(np.max(np.sum(np.abs(gram), -1)).add(1e-6));
    // Not an `Optimizer`: its gradient is that of the extrapolated point, and each step projects onto the constraints.
    let alpha = np.zerosLike(targets.labels);
    let extrapolated = alpha;
    let momentum = 1;
    for (let step = 0; step < innerSteps; step++) {
      const gradient = targets.labels.sub(np.matmul(gram, extrapolated));
      const next = project(extrapolated.add(gradient.mul(learningRate)), targets, c);
      const nextMomentum = (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
      extrapolated = next.add(next.sub(alpha).mul((momentum - 1) / nextMomentum));
      [alpha, momentum] = [next, nextMomentum];
    }
    return np.matmul(x.transpose(), alpha);
  },

  outputs: (params, weight, features) => scaled(np.matmul(features, weight), params),
});

export const svm = defineLearner({
  name: "svm",
  summary: "multiclass support vector machine on the embeddings",
  source: "Lee, Maji, Ravichandran, Soatto 2019; Crammer, Singer 2001",
  options,
  tasks: ["classification"],
  certainty: "probability",
  create: (options) => embeddingLearner(svmHead(options), initScale),
});
