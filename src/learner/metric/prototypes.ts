/** Class means of a support and distances to them. */

import { np, type Tensor } from "../../engine/index.js";
import type { Targets } from "../../objective/index.js";

/** c_k = Σ_i y_ik f(x_i) / Σ_i y_ik `[way, width]` of `features` `[N, width]`; zeros for a class without examples. */
export function prototypes(features: Tensor, { labels }: Targets): Tensor {
  const counts = np.maximum(np.sum(labels, 0), 1);
  return np.matmul(labels.transpose(), features).div(counts.reshape([-1, 1]));
}

/** ‖x_i − c_k‖² `[N, way]` of `x` `[N, width]` and `centres` `[way, width]`. */
export function squaredDistances(x: Tensor, centres: Tensor): Tensor {
  const squaredNorm = (rows: Tensor) => np.sum(rows.mul(rows), -1);
  const similarity = np.matmul(x, centres.transpose()).mul(2);
  return squaredNorm(x).reshape([-1, 1]).add(squaredNorm(centres)).sub(similarity);
}
