/** Plain gradient descent: θ ← θ − rate · g. With Reptile's θ − φ for g it interpolates, θ ← θ + rate · (φ − θ). */

import { mapTensors, type Tensor, type Tensors } from "../engine/index.js";

/** One step, as a function of tensors. `rate` is a scalar. */
export function sgd<P extends Tensors>(params: P, gradient: P, rate: Tensor): P {
  return mapTensors((p, g) => p.sub(rate.mul(g)), params, gradient);
}
