/** The interface of an optimizer, and the loop that runs one while tracing. */

import { mapTensors, np, type Tensor, type Tensors } from "../engine/index.js";

/**
 * An optimizer as a pair of pure functions on trees of tensors (optax's `GradientTransformation`). The same optimizers
 * serve the training step, on one array at a time, and the inner loops of learners, on a task's parameters.
 */
export interface Optimizer<Params, State> {
  /** The state before the first step. */
  init(params: Params): State;
  /** One step: the parameters and the state after it. */
  update(params: Params, gradient: Params, state: State): { readonly params: Params; readonly state: State };
}

/** The parameters after each of `steps` steps from `start`; `gradientAt` is also given the step, counted from 0. */
export function trajectory<Params, State>(
  { init, update }: Optimizer<Params, State>,
  start: Params,
  gradientAt: (params: Params, step: number) => Params,
  steps: number,
): Params[] {
  let current = { params: start, state: init(start) };
  return Array.from({ length: steps }, (_, step) => {
    current = update(current.params, gradientAt(current.params, step), current.state);
    return current.params;
  });
}

/** The parameters after `steps` steps from `start`; see {@link trajectory}. */
export const descend = <Params, State>(
  optimizer: Optimizer<Params, State>,
  start: Params,
  gradientAt: (params: Params, step: number) => Params,
  steps: number,
): Params => trajectory(optimizer, start, gradientAt, steps).at(-1) ?? start;

/** Added to a squared norm, so that the norm of 0 has a finite derivative. */
const EPSILON = 1e-12;

/** Scale a gradient down to a norm of at most `maxNorm` (Pascanu, Mikolov, Bengio, 2013), if one is given. */
export function clipByNorm<P extends Tensors>(gradient: P, maxNorm: number | undefined): P {
  if (maxNorm === undefined) return gradient;
  let squaredNorm: Tensor = np.array(EPSILON);
  mapTensors((g) => {
    squaredNorm = squaredNorm.add(np.sum(g.mul(g)));
    return g;
  }, gradient);
  const factor = np.minimum(1, np.array(maxNorm).div(np.sqrt(squaredNorm)));
  return mapTensors((g) => g.mul(factor), gradient);
}
