/**
 * jax-js, as the rest of metamodal sees it: a tracer that differentiates, never an executor.
 *
 * Two repairs live here and nowhere else; tests pin the library's version and both behaviours.
 *
 * 1. `Float16Array` does not exist on Node 20, and jax-js names it in an `instanceof`. A placeholder class is
 *    defined before the dynamic import.
 * 2. jax-js arrays are owned: each use consumes one reference, so plain code must say `x.ref.mul(x)`. While
 *    tracing nothing is computed and nothing is held, so ownership only adds noise. `relaxed` makes `dispose`
 *    a no-op and `ref` the identity on the prototypes of the tracers and of `Array`, and restores them in
 *    `finally`. Tracing is synchronous, so no other code ever sees the relaxed prototypes, and the reference
 *    counts of arrays that a user closed over are the same before and after.
 */

import type { Array as JaxArray } from "@jax-js/jax";

const globals = globalThis as { Float16Array?: unknown };
globals.Float16Array ??= class Float16Array {};

const jax = await import("@jax-js/jax");
await jax.init("cpu");
jax.defaultDevice("cpu");

export const np: typeof jax.numpy = jax.numpy;
export const nn: typeof jax.nn = jax.nn;
export const lax: typeof jax.lax = jax.lax;
export const vmap: typeof jax.vmap = jax.vmap;

/** The library's tree functions under types that fit named parameter records. */
const untyped = jax as unknown as {
  valueAndGrad(fn: unknown, options: { hasAux: true }): (x: unknown) => [[never, never], never];
  grad(fn: unknown): (x: unknown) => never;
  makeJaxpr(fn: unknown): (...args: unknown[]) => { jaxpr: typeof jax.ClosedJaxpr.prototype };
  tree: { map(fn: unknown, ...trees: unknown[]): never; leaves(tree: unknown): Tensor[] };
};
export const { makeJaxpr } = untyped;

/** An array while tracing: has a shape and a type, and records what is done to it. */
export type Tensor = JaxArray;
/** Nested plain objects and arrays of tensors. */
export type Tensors = Tensor | { readonly [key: string]: Tensors } | readonly Tensors[];

/** Apply `fn` leaf by leaf to trees of one structure. */
export function mapTensors<T extends Tensors>(fn: (...leaves: Tensor[]) => Tensor, ...trees: [T, ...T[]]): T {
  return untyped.tree.map(fn, ...trees);
}

/** The tensors of a tree, in insertion order. */
export function tensorsOf(tree: Tensors): Tensor[] {
  return untyped.tree.leaves(tree);
}

/** `fn`'s gradient with respect to its argument, together with its value and whatever else it returns. */
export function valueAndGradient<P extends Tensors, Aux>(
  fn: (params: P) => [loss: Tensor, aux: Aux],
): (params: P) => { loss: Tensor; aux: Aux; gradient: P } {
  return (params) => {
    const [[loss, aux], gradient] = untyped.valueAndGrad(fn, { hasAux: true })(params);
    return { loss, aux, gradient };
  };
}

/** `fn`'s gradient with respect to its argument. */
export function gradient<P extends Tensors>(fn: (params: P) => Tensor): (params: P) => P {
  return (params) => untyped.grad(fn)(params);
}

/** Everything the tracer creates: `Array`, and the four tracers met while tracing one small function. */
const ownedPrototypes: object[] = (() => {
  const found = new Set<object>([jax.Array.prototype]);
  const meet = (x: Tensor): Tensor => {
    found.add(Object.getPrototypeOf(x));
    return x;
  };
  makeJaxpr((x: Tensor) => {
    meet(x.ref);
    return vmap((row: Tensor) => {
      meet(row.ref);
      return jax.grad((y: Tensor) => {
        const { primal, tangent } = meet(y) as unknown as { primal: Tensor; tangent: Tensor };
        meet(primal);
        meet(tangent);
        return np.sum(y);
      })(row);
    })(x);
  })(np.ones([2, 3]));
  return [...found];
})();

/** Run `fn` (synchronously) with the ownership rules of jax-js switched off. */
export function relaxed<Out>(fn: () => Out): Out {
  const saved = ownedPrototypes.map((prototype) => ({
    prototype,
    own: {
      ref: Object.getOwnPropertyDescriptor(prototype, "ref"),
      dispose: Object.getOwnPropertyDescriptor(prototype, "dispose"),
    },
  }));
  for (const prototype of ownedPrototypes) {
    Object.defineProperty(prototype, "ref", { configurable: true, get: identity });
    Object.defineProperty(prototype, "dispose", { configurable: true, value: () => {} });
  }
  try {
    return fn();
  } finally {
    for (const { prototype, own } of saved) {
      for (const [name, descriptor] of Object.entries(own)) {
        if (descriptor) Object.defineProperty(prototype, name, descriptor);
        else Reflect.deleteProperty(prototype, name);
      }
    }
  }
}

function identity(this: unknown) {
  return this;
}

/** The number of prototypes `relaxed` changes; a test pins it to the library's version. */
export const relaxedPrototypeCount = ownedPrototypes.length;
