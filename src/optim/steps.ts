/**
 * How steps down a gradient g are taken: plainly, θ ← θ − rate · g, or as Adam (Kingma and Ba, 2015) without
 * momentum (β₁ = 0) does, θ ← θ − rate · g / (√v̂ + ε).
 */

import { mapTensors, np, type Tensor, type Tensors } from "../engine/index.js";

/** A gradient scaled down to a norm of `limit` at most (Pascanu, Mikolov, Bengio, 2013); as it is without one. */
export function clipped<P extends Tensors>(slope: P, limit: number | undefined): P {
  if (limit === undefined) return slope;
  let squares = np.array(TINY) as Tensor;
  mapTensors((g) => {
    squares = squares.add(np.sum(g.mul(g)));
    return g;
  }, slope);
  const factor = np.minimum(1, np.array(limit).div(np.sqrt(squares)));
  return mapTensors((g) => g.mul(factor), slope);
}

/** Added to a squared norm, so that the norm of 0 has a derivative. */
const TINY = 1e-12;

const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Takes one step after another: parameters and their gradient give the next parameters. */
type Steps<P> = (params: P, slope: P) => P;

export const sgd =
  <P extends Tensors>(rate: number): Steps<P> =>
  (params, slope) =>
    mapTensors((p, g) => p.sub(g.mul(rate)), params, slope);

/** v̂ = (1 − β₂) Σ_s β₂^(t−s) g_s² / (1 − β₂ᵗ) is the mean of the squares so far, weighted by powers of β₂. */
export const adam = <P extends Tensors>(rate: number): Steps<P> => {
  let squares: P | undefined;
  let weight = 0;
  return (params, slope) => {
    weight = weight * BETA2 + 1;
    const own = mapTensors((g) => g.mul(g), slope);
    squares = squares ? mapTensors((sum, g2) => sum.mul(BETA2).add(g2), squares, own) : own;
    return mapTensors(
      (p, g, sum) => p.sub(g.mul(rate).div(np.sqrt(sum.mul(1 / weight)).add(EPSILON))),
      params,
      slope,
      squares,
    );
  };
};
