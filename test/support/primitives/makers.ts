/** Constructors of test cases for several primitives. */

import { np, type Tensor } from "../../../src/engine/trace/jax.js";
import type { Draw } from "../draw.js";
import type { Case } from "../probe.js";

/** One float argument of any shape. */
export const unary = (fn: (x: Tensor) => Tensor, low = -2, high = 2, rest: Partial<Case> = {}): Case[] => [
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

/** Two arguments from the generator `of`, with broadcastable shapes. */
export const binary = (
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

export const floats = (d: Draw, shape: readonly number[]) => d.away(0.5, 2, shape);
export const ints = (d: Draw, shape: readonly number[]) => d.ints(-5, 5, shape);
export const bools = (d: Draw, shape: readonly number[]) => d.bools(shape);
/** The same cases with a dtype without gradients. */
export const discrete = (cases: Case[], dtype: string): Case[] =>
  cases.map((row) => ({ ...row, name: `${dtype}: ${row.name}`, order: 0 }));
export const withLiteral = (
  fn: (x: Tensor, literal: number) => Tensor,
  literals: readonly number[],
): Case => ({
  name: "with literals",
  draw(d) {
    const shape = d.shape();
    return { fn: (x) => literals.map((literal) => fn(x, literal)), make: () => [d.away(0.5, 2, shape)] };
  },
});

export const arithmetic = (fn: (x: Tensor, y: Tensor) => Tensor): Case[] => [
  ...binary(fn),
  ...discrete(binary(fn, ints), "int32"),
  ...discrete(binary(fn, bools), "bool"),
  withLiteral((x, literal) => fn(x, np.array(literal)), [0, 1, -1, 2.5]),
  {
    name: "with zeros of higher rank",
    draw(d) {
      const shape = d.shape(2, 3);
      const from = d.narrowed(shape);
      return {
        fn: (x) => [fn(x, np.zeros(shape)), fn(np.zeros(shape), x)],
        make: () => [d.away(0.5, 2, from)],
      };
    },
  },
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

/** Data movement, for every dtype. */
export const movement = (
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

export const reduction = (fn: (x: Tensor, axes: number[]) => Tensor, order: 0 | 1 | 2 = 2): Case[] =>
  movement((d) => {
    const shape = d.shape(1, 3);
    const axes = d.axes(shape.length);
    return { shape, fn: (x) => fn(x, axes) };
  }).map((row) => ({ ...row, order: Math.min(order, row.order ?? 2) as 0 | 1 | 2 }));
