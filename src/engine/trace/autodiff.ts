/** Gradients of functions of parameter trees, and a map over such trees. */

import { lax, np, type Tensor, type Tensors, untyped } from "./jax.js";
import { takingGradient } from "./source.js";

/** Apply `fn` to the corresponding leaves of trees of one structure. */
export function mapTensors<T extends Tensors>(fn: (...leaves: Tensor[]) => Tensor, ...trees: [T, ...T[]]): T {
  return untyped.tree.map(fn, ...trees);
}

/**
 * The gradient of `fn` with respect to its argument, with its value and its auxiliary outputs, which are not
 * differentiated.
 *
 * Computed by `vjp` of both outputs, since jax-js's own `hasAux` leaves tracers in the auxiliary one if `fn` takes a
 * gradient itself (docs/upstream.md). The auxiliary output passes `stopGradient`, so its cotangent does not matter.
 */
export function valueAndGradient<P extends Tensors, Aux extends Tensors>(
  fn: (params: P) => [loss: Tensor, aux: Aux],
): (params: P) => { loss: Tensor; aux: Aux; gradient: P } {
  return (params) => {
    const both = (p: P) => {
      const [loss, aux] = fn(p);
      return [loss, mapTensors((leaf) => lax.stopGradient(leaf), aux)];
    };
    return takingGradient(() => {
      const [outputs, pullback] = untyped.vjp(both, [params]);
      const [loss, aux] = outputs as [Tensor, Aux];
      const cotangents = [np.onesLike(loss), mapTensors((leaf) => np.zerosLike(leaf), aux)];
      const [gradient] = pullback(cotangents);
      return { loss, aux, gradient };
    });
  };
}

/** The gradient of `fn` with respect to its argument. */
export function gradient<P extends Tensors>(fn: (params: P) => Tensor): (params: P) => P {
  return (params) => takingGradient(() => untyped.grad(fn)(params));
}
