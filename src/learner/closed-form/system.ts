/**
 * Systems of equations on a support, of its size or of the features' width, whichever is smaller, and the learned λ that
 * keeps them from being singular.
 */

import { type Arrays, float32 } from "../../base/array.js";
import { InputError } from "../../base/errors.js";
import { np, type Tensor, type Tensors } from "../../engine/index.js";
import { solve } from "../../nn/solve.js";

/** The largest system: it is solved by a program as long as the system is large. */
const LARGEST = 128;

/** The smaller side of `x` [N, width]; `InputError` where even that is too large for `learner`. */
export function systemSize({ shape: [n, width] }: Tensor, learner: string): number {
  const size = Math.min(n, width);
  if (size <= LARGEST) return size;
  throw new InputError({
    code: "learner/support-too-large",
    where: `learner ${learner}`,
    problem: `the support has room for ${n} examples, and features are of width ${width}`,
    expected: `at most ${LARGEST} examples (way × shot), or a width of at most ${LARGEST}`,
    remedy: "Lower way or shot, give fewer examples, or train with a smaller width.",
  });
}

/** λ as its logarithm, a scalar, starting at `start`. */
export const initPenalty = (start: number): Arrays => ({ logPenalty: float32([Math.log(start)], []) });

/** λ of parameters that hold it. */
export const penaltyOf = (params: Tensors): Tensor => np.exp((params as { logPenalty: Tensor }).logPenalty);

/**
 * b [width, m] ↦ (xᵀx + λI)⁻¹ b, for `x` [N, width] and the scalar λ. Of a support smaller than the width, it is
 * (b − xᵀ (xxᵀ + λI)⁻¹ x b) / λ (Woodbury, 1950).
 */
export function penalisedInverse(x: Tensor, penalty: Tensor, learner: string): (b: Tensor) => Tensor {
  const size = systemSize(x, learner);
  const across = x.transpose();
  const [n, width] = x.shape;
  const gram = n < width ? np.matmul(x, across) : np.matmul(across, x);
  const known = solve(gram.add(np.eye(size).mul(penalty)), np.eye(size));
  return n < width
    ? (b) => b.sub(np.matmul(across, np.matmul(known, np.matmul(x, b)))).div(penalty)
    : (b) => np.matmul(known, b);
}
