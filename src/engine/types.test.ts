/**
 * Every primitive on every element type either agrees with jax-js's `cpu` backend or throws an InputError that names it.
 * No error of ONNX Runtime reaches the user.
 */

import { describe, expect, it } from "vitest";
import { Draw } from "../../test/support/draw.js";
import { eager, relativeError, valuesOf } from "../../test/support/eager.js";
import type { DType } from "../base/array.js";
import { InputError } from "../base/errors.js";
import { gradient, lax, np, type Tensor, type Tensors } from "./index.js";
import { rules } from "./lower/index.js";
import { Engine } from "./run/engine.js";
import { trace } from "./trace/trace.js";

const jax = await import("@jax-js/jax");
const engine = new Engine({ threads: 1 });
const window = (x: Tensor) => lax.reduceWindow(x, (w) => np.max(w) as never, [2, 2], [1, 1]);

/** Each primitive as a function of one square matrix. */
const forms: Record<string, (x: Tensor) => Tensor | Tensor[]> = {
  add: (x) => x.add(x.transpose()),
  mul: (x) => x.mul(x.transpose()),
  idiv: (x) => (x.dtype.startsWith("float") ? np.trunc(x) : x.div(x.transpose())),
  mod: (x) => x.mod(x.transpose()),
  min: (x) => np.minimum(x, x.transpose()),
  max: (x) => np.maximum(x, x.transpose()),
  neg: (x) => x.neg(),
  reciprocal: (x) => np.reciprocal(x),
  floor: (x) => np.floor(x),
  ceil: (x) => np.ceil(x),
  sin: (x) => np.sin(x),
  cos: (x) => np.cos(x),
  asin: (x) => np.asin(x.dtype.startsWith("float") ? x.mul(0.1) : x),
  atan: (x) => np.atan(x),
  exp: (x) => np.exp(x),
  log: (x) => np.log(x.mul(x)),
  sqrt: (x) => np.sqrt(x.mul(x)),
  erf: (x) => lax.erf(x),
  erfc: (x) => lax.erfc(x),
  stop_gradient: (x) => lax.stopGradient(x),
  cast: (x) => [np.float32, np.int32, np.bool].map((dtype) => x.astype(dtype)),
  compare: (x) => [x.less(x.transpose()), x.lessEqual(x.transpose()), x.equal(x.transpose()), x.notEqual(1)],
  where: (x) => np.where(x.equal(x.transpose()), x, x.transpose()),
  bit_combine: (x) => np.bitwiseAnd(x, x.transpose()),
  transpose: (x) => x.transpose(),
  reshape: (x) => x.reshape([-1]),
  broadcast: (x) => np.broadcastTo(x, [2, ...x.shape]),
  flip: (x) => np.flip(x),
  shrink: (x) => x.slice([1], [0, 1]),
  pad: (x) => np.pad(x, 1),
  concatenate: (x) => np.concatenate([x, x], 1),
  split: (x) => np.split(x, 2),
  reduce: (x) => [np.max(x, [0]), np.min(x, [1]), np.prod(x, [0]), x.sum([0])],
  dot: (x) => np.matmul(x, x),
  conv: (x) => lax.conv(x.reshape([1, 1, ...x.shape]), x.reshape([1, 1, ...x.shape]), [1, 1], "SAME"),
  gather: (x) => np.take(x, np.array([1, 0, 1], { dtype: np.int32 }), 0),
  scatter: (x) => gradient((y: Tensor) => np.sum(np.take(y, np.array([1, 0, 1], { dtype: np.int32 }), 0)))(x),
  sort: (x) => np.sort(x),
  argsort: (x) => np.argsort(x),
  pool: window,
  pool_transpose: (x) => gradient((y: Tensor) => np.sum(window(y)))(x),
  cholesky: (x) => lax.linalg.cholesky(x),
  triangular_solve: (x) => lax.linalg.triangularSolve(x, x, { leftSide: true, lower: true }),
};

const matrix: Record<DType, (d: Draw) => ReturnType<Draw["normal"]>> = {
  float32: (d) => d.positive(4),
  int32: (d) => d.ints(1, 3, [4, 4]),
  bool: (d) => d.bools([4, 4]),
};

/** ONNX has these for floats only; jax-js truncates their results to integers, or throws too. */
const floatsOnly =
  "reciprocal floor ceil sin cos asin atan exp log sqrt erf erfc conv cholesky triangular_solve".split(" ");
const refused: Record<DType, readonly string[]> = {
  float32: [],
  int32: [...floatsOnly, "bit_combine"],
  bool: [...floatsOnly, "neg", "idiv", "mod"],
};
/** jax-js differentiates floats only, and has bitwise operations on integers and booleans only. */
const unknownToJax: Record<DType, readonly string[]> = {
  float32: ["bit_combine"],
  int32: ["scatter", "pool_transpose"],
  bool: ["scatter", "pool_transpose"],
};

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
}

describe("element types", () => {
  it("has a form for every primitive, which uses it", () => {
    expect(Object.keys(forms).sort()).toEqual(Object.keys(rules).sort());
    for (const [primitive, form] of Object.entries(forms)) {
      const dtype = primitive === "bit_combine" ? "bool" : primitive === "idiv" ? "int32" : "float32";
      const { equations } = trace(form as never, [{ dtype, shape: [4, 4] }]);
      expect(equations.map((equation) => equation.primitive)).toContain(primitive);
    }
  });

  for (const dtype of ["float32", "int32", "bool"] as const)
    for (const [primitive, form] of Object.entries(forms))
      it(`${primitive} of ${dtype}`, async () => {
        const x = matrix[dtype](new Draw("types", dtype));
        const fn = form as unknown as (...args: never[]) => Tensors;
        if (unknownToJax[dtype].includes(primitive)) {
          expect(() => trace(fn, [x])).toThrow(TypeError);
        } else if (refused[dtype].includes(primitive)) {
          const error = caught(() => engine.compile(fn, [x]));
          expect(error).toBeInstanceOf(InputError);
          expect(error).toMatchObject({ code: "engine/primitive-not-lowered", exitCode: 2 });
          expect(String(error)).toContain(`primitive "${primitive}"`);
          expect(String(error)).toContain(dtype);
        } else {
          const actual = valuesOf(await engine.compile(fn, [x]).run([x]));
          for (const [i, expected] of eager(fn, [x], "float64").entries())
            expect(relativeError(actual[i], expected)).toBeLessThan(1e-5);
        }
      });
});

describe("primitives that are not lowered", () => {
  const x = { dtype: "float32", shape: [3, 3] } as const;
  const i = { dtype: "int32", shape: [3, 3] } as const;
  const symmetric = (a: Tensor) => lax.linalg.eigh(a.add(a.transpose()))[0];
  const cases: [primitive: string, fn: (a: Tensor) => Tensor | Tensor[], argument: typeof x | typeof i][] = [
    ["lu", (a) => lax.linalg.lu(a)[0], x],
    ["lu", (a) => np.linalg.inv(a), x],
    ["lu", (a) => np.linalg.solve(a, a), x],
    ["jacobi_eigh", symmetric, x],
    ["jacobi_eigh", (a) => np.linalg.svd(a)[1], x],
    ["fft", (a) => np.fft.fft({ real: a, imag: a }).real, x],
    ["random_bits", (a) => a.add(jax.random.uniform(jax.random.key(0), [3, 3])), x],
    ["bitcast", (a) => lax.bitcastConvertType(a, np.int32), x],
    ["bit_shift", (a) => np.leftShift(a, a), i],
    ["bit_count", (a) => np.bitwiseCount(a), i],
    ["bit_combine", (a) => np.bitwiseXor(a, a.add(1)), i],
    ["cholesky", () => lax.linalg.cholesky(np.eye(129)), x],
  ];
  it.each(cases)("%s throws an error that names it", (primitive, fn, argument) => {
    const error = caught(() => engine.compile(fn as never, [argument]));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code: "engine/primitive-not-lowered", exitCode: 2 });
    expect(String(error)).toContain(
      `primitive "${primitive}" cannot be lowered to ONNX`.replace('" c', '": c'),
    );
    expect(String(error)).toContain("Write the function without it");
  });

  it.each([
    ["float64", "cast", (a: Tensor) => a.astype(np.float64), x],
    ["float16", "cast", (a: Tensor) => a.astype(np.float16), x],
    ["uint32", "cast", (a: Tensor) => a.astype(np.uint32), i],
    // In jax-js a boolean times a number is a uint32.
    ["uint32", "mul", (a: Tensor) => a.less(1).mul(2), x],
    ["uint32", "constant", (a: Tensor) => np.take(a, np.array([0, 1], { dtype: np.uint32 }), 0), x],
  ])("%s throws an error that names it and the %s", (dtype, where, fn, argument) => {
    const error = caught(() => engine.compile(fn as never, [argument]));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code: "engine/unsupported-type", exitCode: 2 });
    expect(String(error)).toContain(`element type ${dtype}`);
    expect(String(error)).toContain(where);
  });
});
