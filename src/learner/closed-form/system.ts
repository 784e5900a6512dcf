/**
 * Linear systems on a support, of its size or of the features' width, whichever is smaller, regularised by a learned
 * penalty λ.
 */

import { float32 } from "../../base/array.js";
import { InputError } from "../../base/errors.js";
import { np, type Tensor } from "../../engine/index.js";
import type { ArraysOf } from "../../nn/params.js";
import { solve } from "../../nn/solve.js";

/** The largest system: the length of the program that solves it grows with its size. */
const MAX_SIZE = 128;

/**
 * The smaller side of `x` `[N, width]`.
 *
 * @throws {InputError} `learner/support-too-large` if it is too large to solve.
 */
export function systemSize({ shape: [n, width] }: Tensor, learner: string): number {
  const size = Math.min(n, width);
  if (size <= MAX_SIZE) return size;
  throw new InputError({
    code: "learner/support-too-large",
    where: `learner ${learner}`,
    problem: `the support has room for ${n} examples, and features are of width ${width}`,
    expected: `at most ${MAX_SIZE} examples (way × shot), or a width of at most ${MAX_SIZE}`,
    remedy: "Lower way or shot, give fewer examples, or train with a smaller width.",
  });
}

/** log λ `[]`. */
export type Penalty = { readonly logPenalty: Tensor };

/** λ starts at `start`. */
export const initPenalty = (start: number): ArraysOf<Penalty> => ({
  logPenalty: float32([Math.log(start)], []),
});

/** λ `[]`. */
export const penaltyOf = ({ logPenalty }: Penalty): Tensor => np.exp(logPenalty);

/**
 * The function b `[width, m]` ↦ (xᵀx + λI)⁻¹ b, for `x` `[N, width]` and `penalty` λ `[]`. If N < width, it is
 * (b − xᵀ (xxᵀ + λI)⁻¹ x b) / λ (Woodbury, 1950).
 *
 * @throws {InputError} `learner/support-too-large`, see {@link systemSize}.
 */
export function penalisedInverse(x: Tensor, penalty: Tensor, learner: string): (b: Tensor) => Tensor {
  const size = systemSize(x, learner);
  const xT = x.transpose();
  const [n, width] = x.shape;
  const gram = n < width ? np.matmul(x, xT) : np.matmul(xT, x);
  const inverse = solve(gram.add(np.eye(size).mul(penalty)), np.eye(size));
  return n < width
    ? (b) => b.sub(np.matmul(xT, np.matmul(inverse, np.matmul(x, b)))).div(penalty)
    : (b) => np.matmul(inverse, b);
}
