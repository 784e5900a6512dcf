/**
 * Solves a · x = b for a symmetric positive definite a.
 *
 * The inverse is computed by the sweep operator (Goodnight, 1979): sweeping a pivot p with column c maps [p cᵀ; c s] to
 * [s − c cᵀ/p, c/p; cᵀ/p, −1/p] = [s 0; 0 0] − u uᵀ/p with u = [c; −1], which also moves the pivot to the end; after n
 * sweeps the matrix is −a⁻¹ with rows and columns in their original order. A sweep takes ten operators; an unrolled Cholesky
 * factorisation with its triangular solves and their derivatives takes five times as many.
 */

import { lax, np, type Tensor } from "../engine/index.js";

/** Inverse of `a` `[n, n]`, symmetric and positive definite. */
function inverse(a: Tensor): Tensor {
  const [n] = a.shape;
  let swept = a;
  for (let i = 0; i < n; i++) {
    const pivot = swept.slice([0, 1], [0, 1]);
    const u = np.concatenate([swept.slice([1], [0, 1]), np.full([1, 1], -1)], 0);
    const remainder = np.pad(swept.slice([1], [1]), [
      [0, 1],
      [0, 1],
    ]);
    swept = remainder.sub(u.mul(u.div(pivot).reshape([1, n])));
  }
  return swept.neg();
}

/**
 * The solution x `[n, m]` of a · x = b, for `a` `[n, n]` symmetric and positive definite and `b` `[n, m]`.
 *
 * Its derivative a⁻¹ (db − da · x) is that of one step of iterative refinement, x + a⁻¹ (b − a · x), in which a⁻¹ and the
 * first x are constant. Second derivatives are not supported: they would be wrong.
 */
export function solve(a: Tensor, b: Tensor): Tensor {
  const inverseOfA = lax.stopGradient(inverse(lax.stopGradient(a)));
  const x = lax.stopGradient(np.matmul(inverseOfA, b));
  return x.add(np.matmul(inverseOfA, b.sub(np.matmul(a, x))));
}
