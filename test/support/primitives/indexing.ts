/** Test cases of indexing, sorting and windows. */

import { gradient, lax, np, type Tensor } from "../../../src/engine/index.js";
import { trace } from "../../../src/engine/trace/trace.js";
import type { Draw } from "../draw.js";
import type { Case } from "../probe.js";
import type { Rows } from "./index.js";
import { bools, floats, ints } from "./makers.js";

/** Index arrays with broadcastable shapes, for axes of the given sizes. */
const positions = (d: Draw, sizes: readonly number[]) => {
  const shape = d.shape(0, 2, 3);
  const shapes = sizes.map((_, i) => (i === 0 ? shape : d.narrowed(shape)));
  return () => sizes.map((size, i) => d.ints(0, size - 1, shapes[i]));
};

/** Index a variable number of axes of an array: the slice arguments, and the positions of the index arrays. */
const gathered = (name: string, pattern: (d: Draw) => { shape: number[]; axes: number[] }): Case => ({
  name,
  draw(d) {
    const { shape, axes } = pattern(d);
    const indices = positions(
      d,
      axes.map((axis) => shape[axis]),
    );
    return {
      fn: (x, ...at) => {
        const slots = shape.map((_, axis) => (axes.includes(axis) ? at[axes.indexOf(axis)] : []));
        return x.slice(...(slots as never[]));
      },
      make: () => [d.normal(shape), ...indices()],
    };
  },
});

const gathers = [
  gathered("one index array", (d) => {
    const shape = d.shape(1, 3);
    return { shape, axes: [d.whole(0, shape.length - 1)] };
  }),
  gathered("several index arrays side by side", (d) => {
    const shape = d.shape(3, 3);
    return {
      shape,
      axes: d.pick([
        [0, 1],
        [1, 2],
        [0, 1, 2],
      ]),
    };
  }),
  gathered("index arrays apart", (d) => ({ shape: d.shape(3, 3), axes: [0, 2] })),
];

/** Reductions over windows of the last axes. jax-js has no vmap rule for them. */
const windows = (name: string, window: number[], strides: number[], size: number): Case => ({
  name,
  draw(d) {
    const shape = [d.whole(1, 2), ...window.map(() => d.whole(size, size + 2))];
    const kind = d.pick(["max", "sum"] as const);
    return {
      fn: (x) =>
        lax.reduceWindow(x, (w) => (kind === "max" ? np.max(w) : np.sum(w.mul(w))) as never, window, strides),
      make: () => [d.normal(shape)],
    };
  },
  noVmap: true,
});

const poolings = [
  windows("side by side", [2, 2], [2, 2], 4),
  windows("with gaps", [2], [3], 5),
  windows("overlapping", [3, 2], [1, 1], 4),
  windows("overlapping, strided", [3, 3], [2, 2], 5),
  windows("as large as the input", [5], [1], 5),
];

/** Shape of the result of `fn`. */
function shapeOf(
  fn: (...xs: Tensor[]) => Tensor | Tensor[],
  args: { dtype: string; shape: readonly number[] }[],
): readonly number[] {
  return trace(fn as never, args as never).outputs[0].aval.shape;
}

export const indexing: Rows = {
  gather: [
    ...gathers,
    {
      name: "along an axis, of lazily broadcast values and with constant indices",
      draw(d) {
        return {
          fn: (x) => [
            np.take(np.broadcastTo(x, [3, 4]), np.array([2, 0, 0], { dtype: np.int32 }), 1),
            np.take(
              x,
              np.array(
                [
                  [3, 1],
                  [1, 1],
                ],
                { dtype: np.int32 },
              ),
              0,
            ),
            np.take(x, np.array([1, 1], { dtype: np.int32 }), 0),
          ],
          make: () => [d.normal([4])],
        };
      },
    },
    {
      name: "int32 and bool",
      draw: (d) => ({
        fn: (x, b, i) => [np.take(x, i, 0), np.take(b, i, 1)],
        make: () => [d.ints(-9, 9, [4]), d.bools([2, 4]), d.ints(0, 3, [3])],
      }),
      order: 0,
    },
  ],
  // The gradient of gather: u is added at the gathered positions.
  scatter: gathers.map(({ name, draw }) => ({
    name,
    draw(d) {
      const { fn, make } = draw(d);
      return {
        fn: (u, x, ...at) => gradient((y: Tensor) => np.sum((fn(y, ...at) as Tensor).mul(u)))(x),
        make: () => {
          const [x, ...at] = make();
          const shape = shapeOf(fn, [x, ...at]);
          return [d.normal(shape), x, ...at];
        },
      };
    },
  })),
  sort: [
    ...[floats, ints, bools].map(
      (of, i): Case => ({
        name: ["float32", "int32", "bool"][i],
        draw(d) {
          const shape = d.shape(1, 3, 5).map((size) => size + 1);
          const axis = d.whole(0, shape.length - 1);
          return { fn: (x) => np.sort(x, axis), make: () => [of(d, shape)] };
        },
        order: i === 0 ? 2 : 0,
      }),
    ),
    {
      name: "ties",
      draw(d) {
        const shape = [d.whole(1, 3), 6];
        return { fn: (x) => np.sort(np.round(x)).mul(x), make: () => [d.normal(shape)] };
      },
    },
  ],
  // Positions are integers; the values sorted along with them are differentiable.
  argsort: [
    ...[floats, ints, bools].map(
      (of, i): Case => ({
        name: ["float32", "int32", "bool"][i],
        draw(d) {
          const shape = d.shape(1, 3, 5);
          const axis = d.whole(0, shape.length - 1);
          return { fn: (x) => np.argsort(x, axis), make: () => [of(d, shape)] };
        },
        order: 0,
      }),
    ),
    {
      name: "ties keep their order",
      draw: (d) => ({ fn: (x) => np.argsort(x), make: () => [d.ints(0, 2, [2, 40])] }),
      order: 0,
    },
    {
      name: "top k",
      draw(d) {
        const shape = d.shape(1, 2, 5);
        const k = d.whole(1, shape[shape.length - 1]);
        return { fn: (x) => lax.topK(x, k), make: () => [d.normal(shape)] };
      },
    },
  ],
  pool: [
    ...poolings,
    {
      name: "infinite entries stay in their windows",
      draw(d) {
        return {
          fn: (x) =>
            lax.reduceWindow(
              np.where(x.greater(1), Number.POSITIVE_INFINITY, x),
              (w) => np.min(w) as never,
              [2],
              [1],
            ),
          make: () => [d.normal([6])],
        };
      },
      order: 0,
      noVmap: true,
    },
    ...[ints, bools].map(
      (of, i): Case => ({
        name: ["int32", "bool"][i],
        draw: (d) => ({
          fn: (x) => lax.reduceWindow(x, (w) => np.max(w) as never, [3], [1]),
          make: () => [of(d, [2, 5])],
        }),
        order: 0,
        noVmap: true,
      }),
    ),
  ],
  // The gradient of pool.
  pool_transpose: poolings.map(({ name, draw }) => ({
    name,
    draw(d) {
      const { fn, make } = draw(d);
      return {
        fn: (x, u) => gradient((y: Tensor) => np.sum((fn(y) as Tensor).mul(fn(u) as Tensor)))(x),
        make: () => [...make(), ...make()],
      };
    },
    noVmap: true as const,
  })),
};
