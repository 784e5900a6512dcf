/**
 * Adam (Kingma and Ba, 2015): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − rate · m̂ / (√v̂ + ε), with
 * m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
 *
 * A plain loop, in one pass: calling a program would cost more than the arithmetic, which is done once a step.
 */

import { type Arrays, allocateTree, type NDArray, type Tree } from "../base/array.js";

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
