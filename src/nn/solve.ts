/**
 * Solve a · x = b for a symmetric positive definite a.
 *
 * The inverse is found by sweeping (Goodnight, 1979): a pivot p with its column c turns
 * [p cᵀ; c s] into [s − c cᵀ/p, c/p; cᵀ/p, −1/p] = [s 0; 0 0] − u uᵀ/p with u = [c; −1], which also moves the pivot
 * to the end; n of them give −a⁻¹ in the first order. That is ten operators a pivot, where a Cholesky factor and
 * its triangular solves, unrolled, are five times as many with their derivatives.
 */

import { lax, np, type Tensor } from "../engine/index.js";

/** a⁻¹ of `a` [n, n], symmetric and positive definite. */
function inverse(a: Tensor): Tensor {
  const [n] = a.shape;
  let swept = a;
  for (let i = 0; i < n; i++) {
    const pivot = swept.slice([0, 1], [0, 1]);
    const u = np.concatenate([swept.slice([1], [0, 1]), np.full([1, 1], -1)], 0);
    const rest = np.pad(swept.slice([1], [1]), [
      [0, 1],
      [0, 1],
    ]);
    swept = rest.sub(u.mul(u.div(pivot).reshape([1, n])));
  }
  return swept.neg();
}

/**
 * x [n, m] with a · x = b, for `a` [n, n] symmetric and positive definite and `b` [n, m].
 *
 * Its derivative a⁻¹ (db − da · x) is that of one step of refinement, x + a⁻¹ (b − a · x), in which a⁻¹ and the first
 * x are held constant. It is not to be differentiated twice.
 */
export function solve(a: Tensor, b: Tensor): Tensor {
  const known = lax.stopGradient(inverse(lax.stopGradient(a)));
  const x = lax.stopGradient(np.matmul(known, b));
  return x.add(np.matmul(known, b.sub(np.matmul(a, x))));
}
