/**
 * A residual branch, y + max(0, x U + c) V + b (He, Zhang, Ren, Sun, 2016), with V close to zero at first, so that training
 * starts from y.
 */

import type { NDArray } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { Tensor } from "../engine/index.js";
import { constant, lecunNormal } from "./init.js";
import { type Linear, linear, relu } from "./layers.js";

export type Branch = { readonly into: Linear; readonly out: Linear };

/** Factor by which the initial variance of V is reduced. */
const VARIANCE_REDUCTION = 1e4;

/** Parameters from the layer `into` [in, hidden] to `width` features. */
export function initBranch(random: Random, into: Record<"weight" | "bias", NDArray>, width: number) {
  const [hidden] = into.bias.shape;
  const weight = lecunNormal(random, [hidden, width], VARIANCE_REDUCTION * hidden);
  return { into, out: { weight, bias: constant(0, [width]) } };
}

/** y `[N, width]` plus the branch of x `[N, in]`, if there is one. */
export const withBranch = (y: Tensor, x: Tensor, branch: Branch | undefined): Tensor =>
  branch ? y.add(linear(relu(linear(x, branch.into)), branch.out)) : y;
