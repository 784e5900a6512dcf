/**
 * Adam (Kingma and Ba, 2015): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − rate · m̂ / (√v̂ + ε), with
 * m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
 *
 * A plain loop, in one pass: calling a program would cost more than the arithmetic, which is done once a step.
 */

import { type Arrays, allocateTree, type NDArray, type Tree } from "../base/array.js";
import { type Flat, flatten } from "./mean.js";

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

/** Step `step`, counted from 1, along the gradient by path. */
export function adam(
  params: Arrays,
  gradient: Flat,
  moments: Moments,
  rate: number,
  step: number,
): { params: Arrays; moments: Moments } {
  const next = { params: allocateTree(params as Tree<NDArray>), ...initMoments(params) };
  const old = { first: flatten(moments.first), second: flatten(moments.second) };
  const out = { params: flatten(next.params), first: flatten(next.first), second: flatten(next.second) };
  const [bias1, bias2] = [1 - BETA1 ** step, 1 - BETA2 ** step];
  for (const [path, theta] of flatten(params)) {
    const g = gradient.get(path)!;
    const [m, v] = [old.first.get(path)!, old.second.get(path)!];
    const [nextTheta, nextM, nextV] = [out.params.get(path)!, out.first.get(path)!, out.second.get(path)!];
    for (let k = 0; k < g.length; k++) {
      nextM[k] = BETA1 * m[k] + (1 - BETA1) * g[k];
      nextV[k] = BETA2 * v[k] + (1 - BETA2) * g[k] * g[k];
      nextTheta[k] = theta[k] - (rate * (nextM[k] / bias1)) / (Math.sqrt(nextV[k] / bias2) + EPSILON);
    }
  }
  return { params: next.params, moments: { first: next.first, second: next.second } };
}
