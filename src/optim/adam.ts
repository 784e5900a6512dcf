/**
 * Adam (Kingma and Ba, 2015): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − rate · m̂ / (√v̂ + ε), with
 * m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
 *
 * In two forms: a plain loop in one pass, for which calling a program of its own would cost more than the arithmetic,
 * and in tensors, as a part of the program that gives the gradient.
 */

import { type Arrays, allocateTree, type NDArray, type Tree } from "../base/array.js";
import { np, type Tensor } from "../engine/index.js";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** The averages of gradients and of their squares, trees like the parameters. */
export type Moments = { readonly first: Arrays; readonly second: Arrays };

/** Moments before the first step. */
export const initMoments = (params: Arrays): Moments => ({
  first: allocateTree(params as Tree<NDArray>),
  second: allocateTree(params as Tree<NDArray>),
});

/** Move `theta` and its moments by step `step`, counted from 1, along the gradient `g`. */
export function adam(
  theta: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  rate: number,
  step: number,
): void {
  const [own, scale] = [rate / (1 - BETA1 ** step), 1 / (1 - BETA2 ** step)];
  for (let k = 0; k < g.length; k++) {
    const slope = g[k];
    const first = BETA1 * m[k] + (1 - BETA1) * slope;
    const second = BETA2 * v[k] + (1 - BETA2) * slope * slope;
    m[k] = first;
    v[k] = second;
    theta[k] -= (own * first) / (Math.sqrt(second * scale) + EPSILON);
  }
}

/** The numbers that change from step to step: the rate, 1 / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ). */
export type Factors<T> = Readonly<Record<"rate" | "first" | "second", T>>;

/** Factors to be set, each []. */
export function makeFactors(): Factors<NDArray> {
  const scalar = { dtype: "float32", shape: [] } as const;
  return allocateTree({ rate: scalar, first: scalar, second: scalar }) as unknown as Factors<NDArray>;
}

/** Set the factors to those of step `step`, counted from 1. */
export function setFactors({ rate, first, second }: Factors<NDArray>, at: number, step: number): void {
  rate.data[0] = at;
  first.data[0] = 1 / (1 - BETA1 ** step);
  second.data[0] = 1 / (1 - BETA2 ** step);
}

/** Where `theta` and its moments are after a step along the gradient `g`. */
export function adamOf(theta: Tensor, g: Tensor, m: Tensor, v: Tensor, factors: Factors<Tensor>) {
  const first = m.mul(BETA1).add(g.mul(1 - BETA1));
  const second = v.mul(BETA2).add(g.mul(g).mul(1 - BETA2));
  const root = np.sqrt(second.mul(factors.second)).add(EPSILON);
  return { theta: theta.sub(first.mul(factors.first.mul(factors.rate)).div(root)), first, second };
}
