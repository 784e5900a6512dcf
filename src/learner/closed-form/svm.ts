/**
 * A support vector machine on the features (MetaOptNet: Lee, Maji, Ravichandran, Soatto, 2019), of all classes at once
 * (Crammer and Singer, 2001). Its dual, max_α Σ_i α_{i,y_i} − ½ Σ_k ‖Σ_i α_ik f(x_i)‖² with α_ik ≤ C [k = y_i] and
 * Σ_k α_ik = 0, is climbed by a fixed number of projected gradient steps with momentum (Beck and Teboulle, 2009), where
 * the paper solves it to the end. Logits are γ Σ_i α_ik f(x_i)ᵀ f(x), with γ learned as its logarithm.
 */

import { z } from "zod";
import { lax, np, type Tensor } from "../../engine/index.js";
import { embeddingLearner } from "../embedding.js";
import { initScale, scaled } from "../metric/scale.js";
import { defineLearner, type Head, type Targets } from "../types.js";

const options = z.strictObject({
  /** C, the most that one example may weigh. */
  c: z.number().positive().default(0.1),
  /** Steps up the dual. */
  innerSteps: z.number().int().min(1).max(200).default(20),
});
export type SvmOptions = z.infer<typeof options>;

/**
 * The nearest α to `a` [N, way] that the constraints allow: C y − β with β the projection of v = C y − a onto the
 * simplex β ≥ 0, Σ_k β_k = C. That is max(v − τ, 0) with τ = (Σ_{k in S} v_k − C) / |S|, where S are the k with
 * Σ_{l: v_l ≥ v_k} (v_l − v_k) < C. S is held constant: the projection is continuous where it changes.
 */
function project(a: Tensor, { labels, counts, ways }: Targets, c: number): Tensor {
  const most = labels.mul(c);
  const v = np.where(ways.greater(0), most.sub(a), -1e9);
  const fixed = lax.stopGradient(v);
  const above = fixed.reshape([...v.shape, 1]).sub(fixed.reshape([v.shape[0], 1, -1]));
  const share = np.sum(np.maximum(above, 0), 1).less(c).astype(np.float32);
  const size = np.maximum(np.sum(share, -1, { keepdims: true }), 1);
  const threshold = np.sum(v.mul(share), -1, { keepdims: true }).sub(c).div(size);
  return most.sub(v.sub(threshold).mul(share)).mul(counts.reshape([-1, 1]));
}

/** Keeps the weights Σ_i f(x_i) α_ik, [width, way]. */
const machine = ({ c, innerSteps }: SvmOptions): Head => ({
  fit(_, features, targets) {
    const x = features.mul(targets.counts.reshape([-1, 1]));
    const gram = np.matmul(x, x.transpose());
    // The largest sum of a row is no less than the largest eigenvalue.
    const rate = np.reciprocal(np.max(np.sum(np.abs(gram), -1)).add(1e-6));
    let alpha = np.zerosLike(targets.labels);
    let ahead = alpha;
    let momentum = 1;
    for (let s = 0; s < innerSteps; s++) {
      const uphill = targets.labels.sub(np.matmul(gram, ahead));
      const next = project(ahead.add(uphill.mul(rate)), targets, c);
      const grown = (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
      ahead = next.add(next.sub(alpha).mul((momentum - 1) / grown));
      [alpha, momentum] = [next, grown];
    }
    return np.matmul(x.transpose(), alpha);
  },

  outputs: (params, fitted, features) => scaled(np.matmul(features, fitted as Tensor), params),
});

export const svm = defineLearner({
  name: "svm",
  summary: "a support vector machine on the features, by dual steps",
  source: "Lee, Maji, Ravichandran, Soatto 2019; Crammer, Singer 2001",
  options,
  tasks: ["classification"],
  certainty: "probability",
  create: (own: SvmOptions) => embeddingLearner(machine(own), initScale),
});
