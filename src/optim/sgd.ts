/**
 * Gradient descent: θ ← θ − α g with the learning rate α. For Reptile's meta-gradient g = θ − φ it interpolates,
 * θ ← θ + α (φ − θ).
 */

import { mapTensors, type Tensor, type Tensors } from "../engine/index.js";
import type { Optimizer } from "./optimizer.js";

/** Gradient descent with one learning rate, a number or a scalar `[]`. */
export const sgd = <Params extends Tensors>(learningRate: number | Tensor): Optimizer<Params, undefined> => ({
  init: () => undefined,
  update: (params, gradient) => ({
    params: mapTensors((p, g) => p.sub(g.mul(learningRate)), params, gradient),
    state: undefined,
  }),
});

/** Gradient descent with a learning rate per parameter: arrays that broadcast to those of the parameters. */
export const sgdPerParameter = <Params extends Tensors>(
  learningRates: Params,
): Optimizer<Params, undefined> => ({
  init: () => undefined,
  update: (params, gradient) => ({
    params: mapTensors((p, g, rate) => p.sub(g.mul(rate)), params, gradient, learningRates),
    state: undefined,
  }),
});

/** One step of {@link sgd} on a plain array, in place: see `adamInPlace` for why it is no {@link Optimizer}. */
export function sgdInPlace(theta: Float32Array, gradient: Float32Array, learningRate: number): void {
  for (let k = 0; k < theta.length; k++) theta[k] -= learningRate * gradient[k];
}
