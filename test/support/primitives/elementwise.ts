/** Test cases of elementwise primitives. */

import { lax, np } from "../../../src/engine/trace/jax.js";
import type { Rows } from "./index.js";
import { arithmetic, binary, bools, discrete, ints, unary } from "./makers.js";

export const elementwise: Rows = {
  add: arithmetic((x, y) => x.add(y)),
  mul: arithmetic((x, y) => x.mul(y)),
  max: arithmetic(np.maximum),
  min: arithmetic(np.minimum),
  // Piecewise constant, with zero tangents in jax-js. For floats it is truncated division; fmod uses it through jit.
  // The cpu backend folds a constant numerator to 0 (1 / y is 0 at both ends of y's range), so no case has one.
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
  // Piecewise constant with zero gradient; the factor x makes the result differentiable.
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
    // jax-js gives a cast to integers a tangent of the wrong dtype, so the gradient is stopped before it.
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
  // No ONNX operator for integers: see the test of unsupported operations.
  bit_combine: [
    ...discrete(binary(np.bitwiseAnd, bools), "and"),
    ...discrete(binary(np.bitwiseOr, bools), "or"),
    ...discrete(binary(np.bitwiseXor, bools), "xor"),
    ...discrete(
      unary((x) => np.invert(x.less(0))),
      "not",
    ),
  ],
};
