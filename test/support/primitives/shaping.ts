/** Test cases of data movement and reductions. */

import { np, type Tensor } from "../../../src/engine/trace/jax.js";
import type { Rows } from "./index.js";
import { movement, reduction } from "./makers.js";

export const shaping: Rows = {
  transpose: movement((d) => {
    const shape = d.shape(2, 4, 3);
    const [first, then] = [d.permutation(shape.length), d.permutation(shape.length)];
    return { shape, fn: (x) => [x.transpose(first), x.transpose(first).transpose(then)] };
  }),
  reshape: [
    ...movement((d) => {
      const shape = d.shape(2, 4, 3);
      const cut = d.whole(1, shape.length - 1);
      const size = (axes: number[]) => axes.reduce((a, b) => a * b, 1);
      const merged = [size(shape.slice(0, cut)), size(shape.slice(cut))];
      return {
        shape,
        fn: (x) => [
          x.reshape([-1]),
          x.reshape(merged),
          x.reshape([1, ...merged, 1]),
          x.reshape(merged).reshape(shape),
        ],
      };
    }),
    {
      name: "of rows and columns that are repeated",
      draw(d) {
        const [m, n] = [d.whole(2, 4), d.whole(2, 4)];
        return {
          fn: (x, y) => [np.broadcastTo(x, [m, n]), np.broadcastTo(y, [m, n])].map((z) => z.reshape([n, m])),
          make: () => [d.normal([m, 1]), d.normal([n])],
        };
      },
    },
  ],
  broadcast: movement((d) => {
    const shape = d.shape(1, 3);
    const from = shape.map((size) => (d.whole(0, 1) ? 1 : size));
    return {
      shape: from,
      fn: (x) => [
        np.broadcastTo(x, shape),
        np.broadcastTo(x, [2, ...shape]),
        np.broadcastTo(np.broadcastTo(x, shape), [3, ...shape]).transpose(),
      ],
    };
  }),
  flip: movement((d) => {
    const shape = d.shape(1, 3);
    const axes = d.axes(shape.length);
    return { shape, fn: (x) => np.flip(x, axes) };
  }),
  shrink: movement((d) => {
    const shape = d.shape(1, 3, 5);
    const bounds = shape.map((size) => {
      const start = d.whole(0, size - 1);
      return [start, d.whole(start + 1, size)];
    });
    return { shape, fn: (x) => x.slice(...(bounds as never[])) };
  }),
  pad: movement((d) => {
    const shape = d.shape(1, 3);
    const width = shape.map((): [number, number] => [d.whole(0, 2), d.whole(0, 2)]);
    return { shape, fn: (x) => np.pad(x, width) };
  }),
  concatenate: [
    ...movement((d) => {
      const shape = d.shape(1, 3);
      const axis = d.whole(0, shape.length - 1);
      return {
        shape,
        fn: (x) => [
          np.concatenate([x, x, np.flip(x, [axis])], axis),
          np.concatenate([x, np.zeros(shape)], axis),
        ],
      };
    }),
    {
      name: "parts of different sizes and types",
      draw(d) {
        const shape = d.shape(1, 3);
        const axis = d.whole(0, shape.length - 1);
        const wide = shape.map((size, i) => (i === axis ? size + 2 : size));
        const from = d.narrowed(wide);
        return {
          fn: (x, y, i) => np.concatenate([x, np.broadcastTo(y, wide), i], axis),
          make: () => [d.normal(shape), d.normal(from), d.ints(-3, 3, shape)],
        };
      },
    },
  ],
  split: movement((d) => {
    const shape = d.shape(1, 3).map((size) => size + 2);
    const axis = d.whole(0, shape.length - 1);
    const [a, b] = [d.whole(1, 2), d.whole(2, shape[axis] - 1)];
    return {
      shape,
      fn: (x) => [
        ...np
          .split(x, [Math.min(a, b), b], axis)
          .slice(0, 2)
          .filter((y) => y.size > 0),
        x,
      ],
    };
  }),
  reduce: [
    ...reduction((x, axes) => np.sum(x, axes)),
    ...reduction((x, axes) => np.max(x, axes)),
    ...reduction((x, axes) => np.min(x, axes)),
    ...reduction((x, axes) => np.prod(x, axes)),
    {
      name: "max and min of ties share the gradient",
      draw(d) {
        const shape = d.shape(1, 3);
        return {
          fn: (x, i) => [np.max(x.mul(0).add(i), [0]).add(np.sum(x)), np.min(np.round(x), [0])],
          make: () => [d.normal(shape), d.ints(0, 1, shape)],
        };
      },
      order: 1,
    },
    {
      name: "of infinite entries",
      draw(d) {
        const shape = [d.whole(1, 3), d.whole(2, 3), d.whole(1, 3), d.whole(2, 3)];
        const sign = d.pick([-1, 1]);
        const infinite = (x: Tensor) => np.where(x.less(0.7), sign * Number.POSITIVE_INFINITY, x);
        return {
          fn: (x) => [np.max(infinite(x), [1, 3]), np.max(infinite(x), [3]), np.min(infinite(x), [1, 3])],
          make: () => [d.normal(shape)],
        };
      },
      order: 0,
    },
    {
      name: "cumulative sum and product, variance",
      draw(d) {
        const shape = d.shape(1, 3);
        const axis = d.whole(0, shape.length - 1);
        return {
          fn: (x) => [np.cumsum(x, axis), np.cumprod(x, axis), np.var_(x, axis)],
          make: () => [d.away(0.5, 1.5, shape)],
        };
      },
    },
  ],
};
