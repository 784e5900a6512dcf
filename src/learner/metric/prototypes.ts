/** The means of classes, which many heads start from. */

import { np, type Tensor } from "../../engine/index.js";
import type { Targets } from "../types.js";

/** c_k = Σ_i y_ik f(x_i) / Σ_i y_ik of `features` [N, width]: [way, width]; zeros for a class without examples. */
export function prototypes(features: Tensor, { labels }: Targets): Tensor {
  const counts = np.maximum(np.sum(labels, 0), 1);
  return np.matmul(labels.transpose(), features).div(counts.reshape([-1, 1]));
}

/** ‖x_i − c_k‖² [N, way] of `x` [N, width] and `centres` [way, width]. */
export function squaredDistances(x: Tensor, centres: Tensor): Tensor {
  const squared = (of: Tensor) => np.sum(of.mul(of), -1);
  const similarity = np.matmul(x, centres.transpose()).mul(2);
  return squared(x).reshape([-1, 1]).add(squared(centres)).sub(similarity);
}
