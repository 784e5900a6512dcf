/**
 * jax-js, as the rest of metamodal sees it: a tracer that differentiates, never an executor.
 *
 * Three repairs live here and nowhere else; tests pin the library's version and all three behaviours.
 *
 * 1. `Float16Array` does not exist on Node 20, and jax-js names it in an `instanceof`. A placeholder class is
 *    defined before the dynamic import.
 * 2. jax-js arrays are owned: each use consumes one reference, so plain code must say `x.ref.mul(x)`. While
 *    tracing nothing is computed and nothing is held, so ownership only adds noise. `relaxed` makes `dispose`
 *    a no-op and `ref` the identity on the prototypes of the tracers and of `Array`, and restores them in
 *    `finally`. Tracing is synchronous, so no other code ever sees the relaxed prototypes, and the reference
 *    counts of arrays that a user closed over are the same before and after.
 * 3. In 0.1.25 the vmap rules of `broadcast` and `gather` put the mapped axis in the wrong place unless it comes
 *    first, and after a matrix product it does not: `vmap` then gives wrong numbers in silence. While `relaxed`,
 *    these two primitives see the mapped axis in front.
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
export const Jaxpr: typeof jax.Jaxpr = jax.Jaxpr;

/** The library's functions on trees, under types that fit named parameter records. */
export const untyped = jax as unknown as {
  vjp(fn: unknown, primals: unknown[]): [outputs: unknown, pullback: (cotangents: unknown) => [never]];
  grad(fn: unknown): (x: unknown) => never;
  makeJaxpr(fn: unknown): (...args: unknown[]) => { jaxpr: typeof jax.ClosedJaxpr.prototype };
  tree: { map(fn: unknown, ...trees: unknown[]): never };
};
export const { makeJaxpr } = untyped;

/** An array while tracing: has a shape and a type, and records what is done to it. */
export type Tensor = JaxArray;
/** Nested plain objects and arrays of tensors. */
export type Tensors = Tensor | { readonly [key: string]: Tensors } | readonly Tensors[];

interface BatchTracer {
  readonly constructor: new (trace: object, val: Tensor, batchDim: number | null) => BatchTracer;
  readonly val: Tensor;
  readonly batchDim: number | null;
  readonly _trace: object;
}
type ProcessPrimitive = (this: object, primitive: string, tracers: BatchTracer[], params: object) => unknown;

/** Everything the tracer creates: `Array` and four tracers, met while tracing one small function; and `BatchTrace`. */
const { owned, batchTrace } = (() => {
  const found = new Set<object>([jax.Array.prototype]);
  let trace: { processPrimitive: ProcessPrimitive } | undefined;
  const meet = (x: Tensor): Tensor => {
    found.add(Object.getPrototypeOf(x));
    return x;
  };
  makeJaxpr((x: Tensor) => {
    meet(x.ref);
    return vmap((row: Tensor) => {
      meet(row.ref);
      trace = Object.getPrototypeOf((row as unknown as BatchTracer)._trace);
      return jax.grad((y: Tensor) => {
        const { primal, tangent } = meet(y) as unknown as { primal: Tensor; tangent: Tensor };
        meet(primal);
        meet(tangent);
        return np.sum(y);
      })(row);
    })(x);
  })(np.ones([2, 3]));
  return { owned: [...found], batchTrace: trace! };
})();

/** `BatchTrace.processPrimitive` with the mapped axis in front where jax-js would misplace it. */
const { processPrimitive } = batchTrace;
const withAxisInFront: ProcessPrimitive = function (primitive, tracers, params) {
  const [x, ...rest] = tracers;
  if ((primitive !== "broadcast" && primitive !== "gather") || !x.batchDim)
    return processPrimitive.call(this, primitive, tracers, params);
  const front = new x.constructor(this, np.moveaxis(x.val, x.batchDim, 0), 0);
  return processPrimitive.call(this, primitive, [front, ...rest], params);
};

/** What `relaxed` changes. */
const changes: { target: object; name: string; to: PropertyDescriptor }[] = [
  ...owned.flatMap((target) => [
    {
      target,
      name: "ref",
      to: {
        get(this: unknown) {
          return this;
        },
      },
    },
    { target, name: "dispose", to: { value: () => {} } },
  ]),
  { target: batchTrace, name: "processPrimitive", to: { value: withAxisInFront } },
];

/** Run `fn` (synchronously) under the repairs 2 and 3. */
export function relaxed<Out>(fn: () => Out): Out {
  const saved = changes.map(({ target, name }) => Object.getOwnPropertyDescriptor(target, name));
  for (const { target, name, to } of changes)
    Object.defineProperty(target, name, { ...to, configurable: true });
  try {
    return fn();
  } finally {
    for (const [i, { target, name }] of changes.entries()) {
      const own = saved[i];
      if (own) Object.defineProperty(target, name, own);
      else Reflect.deleteProperty(target, name);
    }
  }
}

/** The number of prototypes whose ownership `relaxed` switches off; a test pins it to the library's version. */
export const relaxedPrototypeCount = owned.length;
