/**
 * Adam (Kingma and Ba, 2015): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − rate · m̂ / (√v̂ + ε), with
 * m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
 */

import { type ArraySpec, type Arrays, allocate, mapTree, type Tree } from "../base/array.js";
import { mapTensors, np, type Tensor, type Tensors } from "../engine/index.js";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** The averages of gradients and of their squares, trees like the parameters. */
export type Moments = { readonly first: Arrays; readonly second: Arrays };

/** Moments before the first step. */
export function initMoments(params: Arrays): Moments {
  const zeros = () => mapTree((leaf: ArraySpec) => allocate(leaf), params as Tree<ArraySpec>) as Arrays;
  return { first: zeros(), second: zeros() };
}

/** What changes from step to step besides the gradient, as scalars [3]: rate, 1 − β₁ᵗ, 1 − β₂ᵗ. */
export const adamScalars = (rate: number, step: number): number[] => [
  rate,
  1 - BETA1 ** step,
  1 - BETA2 ** step,
];

/** One step, as a function of tensors. `scalars` are {@link adamScalars}. */
export function adam<P extends Tensors>(
  params: P,
  gradient: P,
  moments: { first: P; second: P },
  scalars: Tensor,
): { params: P; moments: { first: P; second: P } } {
  const [rate, bias1, bias2] = [0, 1, 2].map((i) => scalars.slice(i));
  const first = mapTensors((m, g) => m.mul(BETA1).add(g.mul(1 - BETA1)), moments.first, gradient);
  const second = mapTensors((v, g) => v.mul(BETA2).add(g.mul(g).mul(1 - BETA2)), moments.second, gradient);
  const next = mapTensors(
    (p, m, v) => p.sub(rate.mul(m.div(bias1)).div(np.sqrt(v.div(bias2)).add(EPSILON))),
    params,
    first,
    second,
  );
  return { params: next, moments: { first, second } };
}
