/**
 * Every lowered primitive agrees with jax-js's own `cpu` backend (in float64, so that only our rounding counts):
 * alone, under grad, grad∘grad, vmap and their compositions, over random shapes. One row a primitive; a primitive
 * without a row fails. `order` says how often a case is differentiated, and a comment why where it is not twice.
 */

import { describe, expect, it } from "vitest";
import { gradient, lax, np, type Tensor } from "../src/engine/jax.js";
import { rules } from "../src/engine/lower/index.js";
import { Engine } from "../src/engine/program.js";
import { trace } from "../src/engine/trace.js";
import { Draw } from "./support/draw.js";
import { type Case, probe } from "./support/probe.js";

const SEEDS = 3;

/** One float argument of any shape. */
const unary = (fn: (x: Tensor) => Tensor, low = -2, high = 2, rest: Partial<Case> = {}): Case[] => [
  {
    name: "random shape",
    draw(d) {
      const shape = d.shape();
      return { fn, make: () => [d.between(low, high, shape)] };
    },
    ...rest,
  },
  {
    name: "lazily broadcast",
    draw(d) {
      const shape = d.shape(2, 3);
      const from = d.narrowed(shape);
      return { fn: (x) => fn(np.broadcastTo(x, shape)), make: () => [d.between(low, high, from)] };
    },
    ...rest,
  },
  {
    name: "a constant that is one number",
    draw(d) {
      const shape = d.shape(1, 3);
      const number = (low + 2 * high) / 3;
      return { fn: (x) => fn(np.full(shape, number)).mul(x), make: () => [d.normal(shape)] };
    },
    ...rest,
  },
];

/** Two arguments drawn by `of`, of shapes that broadcast together. */
const binary = (
  fn: (x: Tensor, y: Tensor) => Tensor,
  of: (d: Draw, shape: readonly number[]) => ReturnType<Draw["normal"]> = (d, shape) => d.away(0.5, 2, shape),
  rest: Partial<Case> = {},
): Case[] => [
  {
    name: "shapes that broadcast",
    draw(d) {
      const shape = d.shape();
      const [a, b] = [d.narrowed(shape), d.narrowed(shape)];
      const [left, right] = d.pick([
        [shape, b],
        [a, shape],
        [a, b],
      ]);
      return { fn, make: () => [of(d, left), of(d, right)] };
    },
    ...rest,
  },
  {
    name: "lazily broadcast operands",
    draw(d) {
      const shape = d.shape(2, 3);
      const [a, b] = [d.narrowed(shape), d.narrowed(shape)];
      return {
        fn: (x, y) => fn(np.broadcastTo(x, shape), np.broadcastTo(y, shape)),
        make: () => [of(d, a), of(d, b)],
      };
    },
    ...rest,
  },
  {
    name: "with a constant of higher rank that is one number",
    draw(d) {
      const shape = d.shape(2, 3);
      const dtype = of(d, []).dtype;
      const number = dtype === "float32" ? d.pick([-1, 0.5, 1, 2]) : 1;
      const constant = () => np.full(shape, number).astype(dtype as never);
      const from = d.narrowed(shape);
      return {
        fn: (x) => [fn(x, constant()), fn(constant(), x)],
        make: () => [of(d, from)],
      };
    },
    ...rest,
  },
];

const floats = (d: Draw, shape: readonly number[]) => d.away(0.5, 2, shape);
const ints = (d: Draw, shape: readonly number[]) => d.ints(-5, 5, shape);
const bools = (d: Draw, shape: readonly number[]) => d.bools(shape);
/** The same cases over another element type; there is nothing to differentiate. */
const discrete = (cases: Case[], dtype: string): Case[] =>
  cases.map((row) => ({ ...row, name: `${dtype}: ${row.name}`, order: 0 }));
const withLiteral = (fn: (x: Tensor, literal: number) => Tensor, literals: readonly number[]): Case => ({
  name: "with literals",
  draw(d) {
    const shape = d.shape();
    return { fn: (x) => literals.map((literal) => fn(x, literal)), make: () => [d.away(0.5, 2, shape)] };
  },
});

const arithmetic = (fn: (x: Tensor, y: Tensor) => Tensor): Case[] => [
  ...binary(fn),
  ...discrete(binary(fn, ints), "int32"),
  ...discrete(binary(fn, bools), "bool"),
  withLiteral((x, literal) => fn(x, np.array(literal)), [0, 1, -1, 2.5]),
  {
    name: "of mixed types",
    draw(d) {
      const shape = d.shape();
      const from = d.narrowed(shape);
      return {
        fn: (x, i, b) => [fn(x, i), fn(b, x), fn(i, b)],
        make: () => [d.away(0.5, 2, shape), d.ints(-5, 5, from), d.bools(shape)],
      };
    },
  },
];

/** Movement works on every element type. */
const movement = (
  make: (d: Draw) => { shape: readonly number[]; fn: (x: Tensor) => Tensor | Tensor[] },
): Case[] => {
  const of = (
    name: string,
    draw: (d: Draw, shape: readonly number[]) => ReturnType<Draw["normal"]>,
  ): Case => ({
    name,
    draw(d) {
      const { shape, fn } = make(d);
      return { fn, make: () => [draw(d, shape)] };
    },
    order: name === "float32" ? 2 : 0,
  });
  return [
    of("float32", floats),
    of("int32", ints),
    of("bool", bools),
    {
      name: "of a lazily broadcast value",
      draw(d) {
        const { shape, fn } = make(d);
        const from = d.narrowed(shape);
        return { fn: (x) => fn(np.broadcastTo(x, [...shape])), make: () => [d.normal(from)] };
      },
    },
    {
      name: "of a constant that is one number",
      draw(d) {
        const { shape, fn } = make(d);
        return {
          fn: (x) =>
            [fn(np.full([...shape], 0.5)), fn(np.zeros([...shape]))].flat().map((y) => y.add(np.sum(x))),
          make: () => [d.normal([2])],
        };
      },
    },
  ];
};

const reduction = (fn: (x: Tensor, axes: number[]) => Tensor, order: 0 | 1 | 2 = 2): Case[] =>
  movement((d) => {
    const shape = d.shape(1, 3);
    const axes = d.axes(shape.length);
    return { shape, fn: (x) => fn(x, axes) };
  }).map((row) => ({ ...row, order: Math.min(order, row.order ?? 2) as 0 | 1 | 2 }));

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

/** Index arrays of shapes that broadcast together, for axes of the given sizes. */
const positions = (d: Draw, sizes: readonly number[]) => {
  const shape = d.shape(0, 2, 3);
  const shapes = sizes.map((_, i) => (i === 0 ? shape : d.narrowed(shape)));
  return () => sizes.map((size, i) => d.ints(0, size - 1, shapes[i]));
};

/** Index a variable axes of an array: the slice arguments, and where the index arrays go. */
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

/** Windows of the last axes, reduced. jax-js has no vmap rule for them. */
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

const rows: Record<string, readonly Case[]> = {
  add: arithmetic((x, y) => x.add(y)),
  mul: arithmetic((x, y) => x.mul(y)),
  max: arithmetic(np.maximum),
  min: arithmetic(np.minimum),
  // Piecewise constant: jax-js gives zero tangents. Floats use it as truncated division; fmod by way of jit.
  // The cpu backend folds a constant numerator to 0 (1 / y is 0 at both ends of y's range), so there is none here.
  idiv: [
    ...discrete(
      binary(
        (x, y) => x.div(y),
        (d, shape) => d.ints(1, 5, shape),
      ).slice(0, 2),
      "int32",
    ),
    ...discrete(binary((x, y) => x.div(y.mul(2).sub(1)), ints).slice(0, 2), "int32 of either sign"),
    ...discrete(unary((x) => np.round(x.mul(4)).astype(np.int32).div(3)).slice(0, 2), "int32 by a literal"),
    ...binary(np.fmod).slice(0, 2),
    ...unary((x) => np.trunc(x).mul(x)).slice(0, 2),
  ],
  mod: [
    ...binary((x, y) => x.mod(y)).slice(0, 2),
    ...discrete(binary((x, y) => x.mod(y.mul(2).sub(1)), ints).slice(0, 2), "int32 of either sign"),
    ...discrete(unary((x) => np.round(x.mul(4)).astype(np.int32).mod(3)).slice(0, 2), "int32 by a literal"),
    {
      name: "integers by zero are zero",
      draw(d) {
        const shape = d.shape();
        return {
          fn: (x, y) => [x.mod(y), x.div(y), x.mod(0)],
          make: () => [d.ints(-3, 3, shape), d.ints(-1, 1, shape)],
        };
      },
      order: 0,
    },
  ],
  neg: [
    ...unary((x) => x.neg().mul(x)),
    ...unary((x) => x.neg().neg()),
    ...binary((x, y) => x.sub(y)),
    ...binary((x, y) => x.neg().add(y.neg())),
    ...discrete(
      binary((x, y) => x.neg().sub(y), ints),
      "int32",
    ),
  ],
  reciprocal: [...unary(np.reciprocal, 0.5, 2), ...binary((x, y) => x.div(y))],
  // Piecewise constant: their own gradient is zero; the factor x gives something to differentiate.
  floor: unary((x) => np.floor(x).mul(x)),
  ceil: unary((x) => np.ceil(x).mul(x)),
  sin: unary(np.sin),
  cos: unary(np.cos),
  asin: unary(np.asin, -0.9, 0.9),
  atan: unary(np.atan),
  exp: unary(np.exp),
  log: unary(np.log, 0.5, 3),
  sqrt: unary(np.sqrt, 0.5, 3),
  erf: unary(lax.erf, 0.5, 2),
  erfc: [...unary(lax.erfc), ...unary(lax.erfc, 2, 4)],
  stop_gradient: unary((x) => lax.stopGradient(x).mul(x), -2, 2, { kinks: true }),
  cast: [
    // jax-js gives a cast to integers a tangent of the wrong type, so it is stopped before.
    ...unary((x) => lax.stopGradient(x).astype(np.int32).astype(np.float32).mul(x)),
    ...discrete(
      unary((x) => x.astype(np.bool)),
      "to bool",
    ),
    ...discrete(
      binary((x, y) => x.astype(np.bool).add(y.astype(np.bool)).astype(np.int32), ints),
      "int32",
    ),
    ...discrete(
      binary((x, y) => x.astype(np.float32).add(y.astype(np.int32)), bools),
      "bool",
    ),
  ],
  compare: [
    ...(["less", "lessEqual", "equal", "notEqual", "greater", "greaterEqual"] as const).flatMap((op) => [
      ...discrete(
        binary((x, y) => x[op](y)),
        `${op} float32`,
      ),
      ...discrete(
        binary((x, y) => x[op](y), ints),
        `${op} int32`,
      ),
      ...discrete(
        binary((x, y) => x[op](y), bools),
        `${op} bool`,
      ),
    ]),
    {
      name: "of mixed types, and with a literal that takes the other's type",
      draw(d) {
        const shape = d.shape();
        return {
          fn: (x, i, b) => [
            x.less(i),
            i.lessEqual(x),
            b.equal(i),
            x.notEqual(b),
            i.less(0.5),
            i.greater(-0.5),
          ],
          make: () => [d.normal(shape), d.ints(-2, 2, shape), d.bools(shape)],
        };
      },
      order: 0,
    },
  ],
  where: [
    {
      name: "shapes that broadcast",
      draw(d) {
        const shape = d.shape();
        const [a, b] = [d.narrowed(shape), d.narrowed(shape)];
        const [first, then, other] = d.pick([
          [shape, a, b],
          [a, shape, b],
          [a, b, shape],
        ]);
        return {
          fn: (x, y, c) => np.where(c, x, y),
          make: () => [d.normal(then), d.normal(other), d.bools(first)],
        };
      },
    },
    {
      name: "not-a-number in the branch not taken",
      draw(d) {
        const shape = d.shape(1, 2);
        return {
          fn: (x) => [np.where(x.greater(0), x, Number.NaN).greater(0), np.where(np.isnan(x), 0, x)],
          make: () => [d.normal(shape)],
        };
      },
      order: 0,
    },
    {
      name: "with literals and constants",
      draw(d) {
        const shape = d.shape(1, 3);
        const from = d.narrowed(shape);
        return {
          fn: (x, c) => [
            np.where(c, x, 0),
            np.where(c, 1, x),
            np.where(np.full(shape, true), x, np.zeros(shape)),
            np.where(c, x, x),
          ],
          make: () => [d.normal(shape), d.bools(from)],
        };
      },
    },
    ...discrete(
      binary((x, y) => np.where(x.less(y), x, y), ints),
      "int32",
    ),
    ...discrete(
      binary((x, y) => np.where(x, y, x.less(y)), bools),
      "bool",
    ),
  ],
  // Integers have no ordinary ONNX operator: see the test of refusals.
  bit_combine: [
    ...discrete(binary(np.bitwiseAnd, bools), "and"),
    ...discrete(binary(np.bitwiseOr, bools), "or"),
    ...discrete(binary(np.bitwiseXor, bools), "xor"),
    ...discrete(
      unary((x) => np.invert(x.less(0))),
      "not",
    ),
  ],
  transpose: movement((d) => {
    const shape = d.shape(2, 4, 3);
    const [first, then] = [d.permutation(shape.length), d.permutation(shape.length)];
    return { shape, fn: (x) => [x.transpose(first), x.transpose(first).transpose(then)] };
  }),
  reshape: movement((d) => {
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
          // As numbers: jax-js reads the usual notation with iterator helpers, which Node 20 does not have.
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
  // Reached as the gradient of gather: u is added at the positions it was taken from.
  scatter: gathers.map(({ name, draw }) => ({
    name,
    draw(d) {
      const { fn, make } = draw(d);
      return {
        fn: (u, x, ...at) => gradient((y: Tensor) => np.sum((fn(y, ...at) as Tensor).mul(u)))(x),
        make: () => {
          const [x, ...at] = make();
          const shape = vmapless(fn, [x, ...at]);
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
  // The positions are integers; the values sorted along with them have a gradient.
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
  // Reached as the gradient of pool.
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

/** The shape of fn's result. */
function vmapless(
  fn: (...xs: Tensor[]) => Tensor | Tensor[],
  args: { dtype: string; shape: readonly number[] }[],
): readonly number[] {
  return trace(fn as never, args as never).outputs[0].aval.shape;
}

const engine = new Engine({ threads: 2 });

describe("primitives", () => {
  it("has a row for every primitive that is lowered, and no other", () => {
    expect(Object.keys(rows).sort()).toEqual(Object.keys(rules).sort());
  });

  for (const [primitive, cases] of Object.entries(rows))
    describe(primitive, () => {
      for (const [k, row] of cases.entries())
        it(row.name, async () => {
          const met = new Set<string>();
          for (let seed = 0; seed < SEEDS; seed++) {
            const d = new Draw(primitive, k, seed);
            const drawn = row.draw(d);
            for (const equation of trace(drawn.fn as never, drawn.make()).equations)
              met.add(equation.primitive);
            const errors = await probe(engine, row, d, drawn, seed === 0);
            const wrong = errors.filter(({ question, error }) => {
              const first = row.tolerance ?? 1e-5;
              if (question.startsWith("difference")) return !(error < 1e-3);
              return !(error <= (question.startsWith("second") ? Math.max(first, 1e-4) : first));
            });
            expect(wrong.map(({ question, error }) => `seed ${seed}, ${question}: ${error}`)).toEqual([]);
          }
          expect([...met], "the primitives of this case").toContain(primitive);
        });
    });
});
