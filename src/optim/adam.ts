/**
 * Adam (Kingma and Ba, 2015): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − α · m̂ / (√v̂ + ε), with
 * m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
 *
 * It has a form in tensors, as part of a program, and a form that changes plain arrays in place, for gradients that leave
 * their program: running another program would cost more than the arithmetic.
 */

import { type Arrays, allocate, allocateTree, type NDArray } from "../base/array.js";
import { mapTensors, np, type Tensor, type Tensors } from "../engine/index.js";
import type { Optimizer } from "./optimizer.js";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** m and v, trees like the parameters. */
export type Moments<Params = Arrays> = { readonly first: Params; readonly second: Params };

/** The scalars `[]` that change from step to step: α, 1 / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ). */
export type StepFactors<T> = Readonly<Record<"learningRate" | "first" | "second", T>>;

/** Adam with the factors of the current step. */
export const adam = <Params extends Tensors>(
  factors: StepFactors<Tensor>,
): Optimizer<Params, Moments<Params>> => ({
  init: (params) => ({
    first: mapTensors((p) => np.zerosLike(p), params),
    second: mapTensors((p) => np.zerosLike(p), params),
  }),

  update(params, gradient, moments) {
    const first = mapTensors((m, g) => m.mul(BETA1).add(g.mul(1 - BETA1)), moments.first, gradient);
    const second = mapTensors((v, g) => v.mul(BETA2).add(g.mul(g).mul(1 - BETA2)), moments.second, gradient);
    const move = (p: Tensor, m: Tensor, v: Tensor) => {
      const root = np.sqrt(v.mul(factors.second)).add(EPSILON);
      return p.sub(m.mul(factors.first.mul(factors.learningRate)).div(root));
    };
    return { params: mapTensors(move, params, first, second), state: { first, second } };
  },
});

/**
 * One step of {@link adam} on plain arrays, in place; `step` is counted from 1. It is no {@link Optimizer}, which would allocate
 * every array anew and round to float32 after each operation; this rounds only what it stores.
 */
export function adamInPlace(
  theta: Float32Array,
  gradient: Float32Array,
  m: Float32Array,
  v: Float32Array,
  learningRate: number,
  step: number,
): void {
  const [stepSize, correction] = [learningRate / (1 - BETA1 ** step), 1 / (1 - BETA2 ** step)];
  for (let k = 0; k < gradient.length; k++) {
    const g = gradient[k];
    const first = BETA1 * m[k] + (1 - BETA1) * g;
    const second = BETA2 * v[k] + (1 - BETA2) * g * g;
    m[k] = first;
    v[k] = second;
    theta[k] -= (stepSize * first) / (Math.sqrt(second * correction) + EPSILON);
  }
}

/** Moments of plain arrays before the first step. */
export const initMoments = (params: Arrays): Moments => ({
  first: allocateTree(params),
  second: allocateTree(params),
});

/** Allocate the factors of a step, to be set by {@link setStepFactors}. */
export function allocateStepFactors(): StepFactors<NDArray> {
  const scalar = () => allocate({ dtype: "float32", shape: [] });
  return { learningRate: scalar(), first: scalar(), second: scalar() };
}

/** Set the factors to those of `step`, counted from 1. */
export function setStepFactors(factors: StepFactors<NDArray>, learningRate: number, step: number): void {
  factors.learningRate.data[0] = learningRate;
  factors.first.data[0] = 1 / (1 - BETA1 ** step);
  factors.second.data[0] = 1 / (1 - BETA2 ** step);
}

/** Σ_s β₂^(t−s) g_s² per parameter, absent before the first step, and Σ_s β₂^(t−s). */
type SquaredSums<Params> = { readonly squares?: Params; readonly weight: number };

/**
 * Adam without momentum (β₁ = 0): θ ← θ − α · g / (√v̂ + ε), with v̂ = Σ_s β₂^(t−s) g_s² / Σ_s β₂^(t−s), the mean of the
 * squared gradients so far, weighted by powers of β₂.
 */
export const adamWithoutMomentum = <Params extends Tensors>(
  learningRate: number,
): Optimizer<Params, SquaredSums<Params>> => ({
  init: () => ({ weight: 0 }),

  update(params, gradient, { squares: previous, weight: previousWeight }) {
    const weight = previousWeight * BETA2 + 1;
    const current = mapTensors((g) => g.mul(g), gradient);
    const squares = previous ? mapTensors((sum, g2) => sum.mul(BETA2).add(g2), previous, current) : current;
    const move = (p: Tensor, g: Tensor, sum: Tensor) =>
      p.sub(g.mul(learningRate).div(np.sqrt(sum.mul(1 / weight)).add(EPSILON)));
    return { params: mapTensors(move, params, gradient, squares), state: { squares, weight } };
  },
});
