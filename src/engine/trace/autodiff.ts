/** Gradients of functions of named parameters, and the map over their trees. */

import { lax, np, type Tensor, type Tensors, untyped } from "./jax.js";
import { takingGradient } from "./source.js";

/** Apply `fn` leaf by leaf to trees of one structure. */
export function mapTensors<T extends Tensors>(fn: (...leaves: Tensor[]) => Tensor, ...trees: [T, ...T[]]): T {
  return untyped.tree.map(fn, ...trees);
}

/**
 * `fn`'s gradient with respect to its argument, together with its value and whatever else it returns, which is not
 * differentiated.
 *
 * By `vjp` of both: jax-js's own `hasAux` leaves inner tracers in the rest when `fn` takes a gradient itself. The
 * rest passes `stopGradient`, so the loss is the pullback's one cotangent that matters.
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
      const [slope] = pullback([np.onesLike(loss), mapTensors((leaf) => np.zerosLike(leaf), aux)]);
      return { loss, aux, gradient: slope };
    });
  };
}

/** `fn`'s gradient with respect to its argument. */
export function gradient<P extends Tensors>(fn: (params: P) => Tensor): (params: P) => P {
  return (params) => takingGradient(() => untyped.grad(fn)(params));
}
