/**
 * jax-js as the tracer and differentiator of the engine; it executes nothing.
 *
 * Three repairs of jax-js 0.1.25 stand here and nowhere else (docs/upstream.md). Tests pin the version and what is repaired.
 *
 * 1. Node 20 has no `Float16Array`, which jax-js names in an `instanceof`. A placeholder class is defined before the
 *    dynamic import.
 * 2. Arrays are owned: each use consumes a reference, as in `x.ref.mul(x)`. While a function is traced nothing is computed
 *    and nothing is held, so `relaxed` makes `ref` the identity and `dispose` a no-op on the prototypes of the tracers and
 *    of `Array`, and restores them in `finally`. Tracing is synchronous, so no other code sees the relaxed prototypes, and
 *    the reference counts of arrays that a function closes over are the same before and after.
 * 3. The vmap rules of `broadcast` and `gather` misplace a mapped axis that is not axis 0, as after a matrix product:
 *    `vmap` then returns wrong numbers without an error. While `relaxed`, these two primitives get the mapped axis first.
 */

import type { Array as JaxArray } from "@jax-js/jax";

// Node 20's types have no such global.
const globals = globalThis as { Float16Array?: unknown };
globals.Float16Array ??= class Float16Array {};

const jax = await import("@jax-js/jax");
await jax.init("cpu");
jax.defaultDevice("cpu");

export const np: typeof jax.numpy = jax.numpy;
export const nn: typeof jax.nn = jax.nn;
export const lax: typeof jax.lax = jax.lax;
/** `vmap` of functions of trees of tensors. Cast: jax-js's types allow only positional arrays. */
export const vmap = jax.vmap as unknown as <Args extends Tensors[], Out extends Tensors | undefined>(
  fn: (...args: Args) => Out,
  inAxes?: number | (number | null)[],
) => (...args: Args) => Out;
export const Jaxpr: typeof jax.Jaxpr = jax.Jaxpr;

/**
 * Functions of jax-js on trees, typed for the trees that they are called with.
 * Cast: the tree type of jax-js excludes records whose keys are not known.
 */
export const untyped = jax as unknown as {
  vjp(fn: unknown, primals: unknown[]): [outputs: unknown, pullback: (cotangents: unknown) => [never]];
  grad(fn: unknown): (x: unknown) => never;
  makeJaxpr(fn: unknown): (...args: unknown[]) => { jaxpr: typeof jax.ClosedJaxpr.prototype };
  tree: { map(fn: unknown, ...trees: unknown[]): never };
};
export const { makeJaxpr } = untyped;

/** An array that is traced: it has a shape and an element type, and operations on it become equations. */
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

/** Prototypes of all owned arrays (`Array` and four tracers) and of `BatchTrace`, found by tracing a small function. */
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
      // Casts, here and of the JVP tracer below: jax-js does not export its tracers.
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

/** `BatchTrace.processPrimitive` with the mapped axis moved to the front if jax-js would misplace it. */
const { processPrimitive } = batchTrace;
const withMappedAxisFirst: ProcessPrimitive = function (primitive, tracers, params) {
  const [x, ...rest] = tracers;
  if ((primitive !== "broadcast" && primitive !== "gather") || !x.batchDim)
    return processPrimitive.call(this, primitive, tracers, params);
  const moved = new x.constructor(this, np.moveaxis(x.val, x.batchDim, 0), 0);
  return processPrimitive.call(this, primitive, [moved, ...rest], params);
};

/** Properties that `relaxed` replaces. */
const replacements: { target: object; name: string; to: PropertyDescriptor }[] = [
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
  { target: batchTrace, name: "processPrimitive", to: { value: withMappedAxisFirst } },
];

/** Run a synchronous function with the repairs 2 and 3. */
export function relaxed<Out>(fn: () => Out): Out {
  const saved = replacements.map(({ target, name }) => Object.getOwnPropertyDescriptor(target, name));
  for (const { target, name, to } of replacements)
    Object.defineProperty(target, name, { ...to, configurable: true });
  try {
    return fn();
  } finally {
    for (const [i, { target, name }] of replacements.entries()) {
      const descriptor = saved[i];
      if (descriptor) Object.defineProperty(target, name, descriptor);
      else Reflect.deleteProperty(target, name);
    }
  }
}

/** Number of prototypes without ownership while `relaxed`; a test pins it to the version of jax-js. */
export const relaxedPrototypeCount = owned.length;
