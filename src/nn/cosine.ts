/** Vectors of length 1, and what angles between vectors say. */

import { np, type Tensor } from "../engine/index.js";

/** Keeps the length of a zero vector, and its derivative, finite. */
const EPSILON = 1e-8;

/** Every row of `x` [N, width] by its length: x / √(‖x‖² + ε); a row of zeros stays one. */
export const unit = (x: Tensor): Tensor =>
  x.mul(np.reciprocal(np.sqrt(np.sum(x.mul(x), -1, { keepdims: true }).add(EPSILON))));

/** The cosines [N, M] between the rows of `x` [N, width] and those of `y` [M, width]. */
export const cosines = (x: Tensor, y: Tensor): Tensor => np.matmul(unit(x), unit(y).transpose());
