/** Unit vectors and cosine similarity. */

import { np, type Tensor } from "../engine/index.js";

/** Keeps the norm of a zero vector, and its derivative, finite. */
const EPSILON = 1e-8;

/** L2-normalised rows of `x` `[N, width]`, x / √(‖x‖² + ε); a zero row stays zero. */
export const unit = (x: Tensor): Tensor =>
  x.mul(np.reciprocal(np.sqrt(np.sum(x.mul(x), -1, { keepdims: true }).add(EPSILON))));

/** Cosine similarities `[N, M]` between the rows of `x` `[N, width]` and `y` `[M, width]`. */
export const cosines = (x: Tensor, y: Tensor): Tensor => np.matmul(unit(x), unit(y).transpose());
