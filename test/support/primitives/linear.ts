/** Test cases of matrix products, convolutions and linear systems. */

import { lax, np } from "../../../src/engine/trace/jax.js";
import type { Case } from "../probe.js";
import type { Rows } from "./index.js";

interface ConvShape {
  dims?: number;
  strides?: boolean;
  lhsDilation?: boolean;
  rhsDilation?: boolean;
  padding?: [number, number];
  kernel?: number;
  size?: number;
  groups?: number;
}

const conv = (
  name: string,
  {
    dims = 2,
    strides,
    lhsDilation,
    rhsDilation,
    padding = [0, 0],
    kernel = 2,
    size = 4,
    groups = 1,
  }: ConvShape,
): Case => ({
  name,
  draw(d) {
    const each = (low: number, high: number) => Array.from({ length: dims }, () => d.whole(low, high));
    const [n, c, k] = [d.whole(1, 2), d.whole(1, 2), d.whole(1, 2)];
    const space = each(size, size + 1);
    const filter = each(Math.max(1, kernel - 1), kernel);
    const by = strides ? each(1, 3) : each(1, 1);
    const options = {
      lhsDilation: lhsDilation ? each(2, 3) : each(1, 1),
      rhsDilation: rhsDilation ? each(1, 2) : each(1, 1),
      featureGroupCount: groups,
    };
    const pads = each(1, 1).map((): [number, number] => [d.whole(...padding), d.whole(...padding)]);
    return {
      fn: (x, w) => lax.convGeneralDilated(x, w, by, pads, options),
      make: () => [d.normal([n, groups * c, ...space]), d.normal([groups * k, c, ...filter])],
    };
  },
});

export const linear: Rows = {
  dot: [
    {
      name: "matrix product with batch axes that broadcast",
      draw(d) {
        const lead = d.shape(0, 2, 3);
        const [m, k, n] = [d.whole(1, 4), d.whole(1, 4), d.whole(1, 4)];
        const [left, right] = d.pick([
          [lead, d.narrowed(lead)],
          [d.narrowed(lead), lead],
        ]);
        return { fn: np.matmul, make: () => [d.normal([...left, m, k]), d.normal([...right, k, n])] };
      },
    },
    {
      name: "every einsum",
      draw(d) {
        const sizes: Record<string, number> = { a: 2, b: 3, c: d.whole(1, 3), d: 2 };
        const [left, right, out] = d.pick([
          ["ab", "bc", "ac"],
          ["abc", "abd", "acd"],
          ["a", "b", "ab"],
          ["ab", "ab", "ab"],
          ["abc", "c", "ab"],
          ["a", "a", ""],
          ["abc", "bd", "cda"],
          ["ab", "cd", "adcb"],
          ["ab", "ac", "a"],
        ]);
        const shape = (axes: string) => [...axes].map((axis) => sizes[axis]);
        const numbers = (axes: string) => [...axes].map((axis) => "abcd".indexOf(axis));
        return {
          // As numbers, since jax-js parses einsum notation with iterator helpers, which Node 20 does not have.
          fn: (x, y) => np.einsum(x, numbers(left), y, numbers(right), numbers(out)),
          make: () => [d.normal(shape(left)), d.normal(shape(right))],
        };
      },
    },
    {
      name: "lazily broadcast operands",
      draw(d) {
        const [m, k, n] = [d.whole(2, 4), d.whole(2, 4), d.whole(2, 4)];
        const [left, right] = [d.narrowed([2, m, k]), d.narrowed([2, k, n])];
        return {
          fn: (x, y) => np.matmul(np.broadcastTo(x, [2, m, k]), np.broadcastTo(y, [2, k, n])),
          make: () => [d.normal(left), d.normal(right)],
        };
      },
    },
    {
      name: "with a constant that is one number",
      draw(d) {
        const [m, k, n] = [d.whole(1, 4), d.whole(1, 4), d.whole(1, 4)];
        return {
          fn: (x) => [
            np.matmul(x, np.full([k, n], 0.5)),
            np.matmul(np.ones([n, m]), x),
            np.matmul(x, np.zeros([k, n])),
          ],
          make: () => [d.normal([m, k])],
        };
      },
    },
    {
      name: "int32",
      draw: (d) => ({ fn: np.matmul, make: () => [d.ints(-5, 5, [2, 3]), d.ints(-5, 5, [3, 2])] }),
      order: 0,
    },
    {
      name: "bool",
      draw: (d) => ({ fn: np.matmul, make: () => [d.bools([2, 3]), d.bools([3, 2])] }),
      order: 0,
    },
  ],
  conv: [
    conv("no spatial axes", { dims: 0 }),
    conv("one axis", { dims: 1, kernel: 3 }),
    conv("two axes, padded", { padding: [0, 2], kernel: 3 }),
    conv("three axes", { dims: 3, size: 2 }),
    conv("strided", { strides: true, padding: [0, 1], size: 5, kernel: 3 }),
    conv("dilated kernel", { rhsDilation: true, padding: [0, 1], size: 5 }),
    conv("dilated input", { lhsDilation: true, padding: [0, 1], size: 2 }),
    conv("strided and both dilated", {
      dims: 1,
      strides: true,
      lhsDilation: true,
      rhsDilation: true,
      size: 4,
    }),
    conv("negative padding", { padding: [-1, 1], size: 5 }),
    conv("kernel larger than the input", { padding: [3, 4], size: 2, kernel: 5 }),
    conv("groups", { groups: 2, padding: [0, 1], size: 3 }),
    {
      name: "few outputs of a large kernel",
      draw(d) {
        const stride = d.whole(1, 2);
        const [x, w] = [
          [8, 1, 5, 5],
          [8, 1, 5, 5],
        ];
        return {
          fn: (input, kernel) =>
            lax.convGeneralDilated(
              input,
              kernel,
              [stride, 1],
              [
                [1, 1],
                [0, 1],
              ],
            ),
          make: () => [d.normal(x), d.normal(w)],
        };
      },
    },
    {
      name: "lazily broadcast operands",
      draw(d) {
        const [x, w] = [
          [2, 2, 4, 4],
          [3, 2, 2, 2],
        ];
        const [a, b] = [d.narrowed(x), d.narrowed(w)];
        return {
          fn: (input, kernel) =>
            lax.conv(np.broadcastTo(input, x), np.broadcastTo(kernel, w), [1, 1], "SAME"),
          make: () => [d.normal(a), d.normal(b)],
        };
      },
    },
  ],
  cholesky: [1, 2, 5].map(
    (n): Case => ({
      name: `size ${n}`,
      draw: (d) => ({
        fn: (a) => lax.linalg.cholesky(a.add(np.matrixTranspose(a)).mul(0.5)),
        make: () => [d.positive(n)],
      }),
      tolerance: 1e-4,
    }),
  ),
  triangular_solve: [1, 2, 5].flatMap((n): Case[] => [
    {
      name: `size ${n}`,
      draw(d) {
        const m = d.whole(1, 3);
        const [lower, unitDiagonal, transposeA] = [1, 2, 3].map(() => d.pick([true, false]));
        return {
          fn: (a, b) => lax.linalg.triangularSolve(a, b, { leftSide: true, lower, unitDiagonal, transposeA }),
          make: () => [d.triangular(n), d.normal([n, m])],
        };
      },
      tolerance: 1e-4,
    },
  ]),
};
