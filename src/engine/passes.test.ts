/** Number of operators and kernels of the usual network blocks. A change that adds passes over memory fails here. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../test/support/eager.js";
import { float32, type NDArray } from "../base/array.js";
import { block } from "../nn/block.js";
import { convolve, relu } from "../nn/layers.js";
import { gradient, lax, np, type Tensor, vmap } from "./index.js";
import { Engine } from "./run/engine.js";

const engine = new Engine({ threads: 1 }, { fuse: true });
const array = (...shape: number[]) => ({ dtype: "float32" as const, shape });
/** Operators of `fn` as one ONNX model and fused. */
const operators = (fn: (...args: never[]) => Tensor, ...shapes: number[][]) => {
  const program = engine.compile(
    fn as never,
    shapes.map((shape) => array(...shape)),
  );
  return { whole: program.operators, fused: program.fused!.operators };
};

describe("a convolution", () => {
  const images = [10, 14, 14, 16];
  const weight = [16, 16, 3, 3];

  it("is one matrix product of patches", () => {
    const { fused } = operators(convolve, images, weight);
    expect(fused).toEqual({ Kernel: 3, MatMul: 1 });
  });

  it("has one more matrix product per gradient, and writes the patches once", () => {
    const loss = (x: Tensor, w: Tensor) => np.sum(convolve(x, w).mul(convolve(x, w)));
    const byWeight = operators((x, w) => gradient((v: Tensor) => loss(x, v))(w), images, weight);
    expect(byWeight.fused).toEqual({ Kernel: 4, MatMul: 1, Gemm: 1 });
    const byImages = operators((x, w) => gradient((v: Tensor) => loss(v, w))(x), images, weight);
    expect(byImages.fused).toMatchObject({ MatMul: 2 });
    expect(byImages.fused.Gemm).toBeUndefined();
  });

  it("is computed in blocks if its patches do not fit the cache", () => {
    const { fused } = operators(convolve, [64, 14, 14, 64], [64, 64, 3, 3]);
    expect(fused.MatMul).toBe(32);
    expect(fused.Concat).toBeUndefined();
  });

  it("is an ONNX Conv in the ONNX file", () => {
    expect(operators(convolve, images, weight).whole.Conv).toBe(1);
  });
});

describe("a standard block", () => {
  const params = { weight: [8, 8, 3, 3], scale: [8], shift: [8] };
  const shapes = [[6, 8, 8, 8], params.weight, params.scale, params.shift];
  const given = { mean: np.zeros([8]), variance: np.ones([8]) };
  const forwards = (x: Tensor, weight: Tensor, scale: Tensor, shift: Tensor) =>
    block([x], { weight, scale, shift }, given, { use: "measured", mask: np.ones([6]) }).parts[0];

  it("makes one pass per statistic and one more", () => {
    const { fused } = operators(forwards, ...shapes);
    expect(fused.Kernel).toBeLessThanOrEqual(12);
    expect(Object.keys(fused).sort()).toEqual(["Kernel", "MatMul"]);
  });

  it("is differentiated without selections over split axes", () => {
    const gradientOf = (x: Tensor, weight: Tensor, scale: Tensor, shift: Tensor) =>
      gradient((y: Tensor) => np.sum(forwards(y, weight, scale, shift).mul(2)))(x);
    const { fused } = operators(gradientOf, ...shapes);
    expect(Object.keys(fused).sort()).toEqual(["Kernel", "MatMul"]);
    expect(fused.Kernel).toBeLessThanOrEqual(30);
  });
});

describe("ReLU", () => {
  it("is one operator, and a mask in the gradient", () => {
    expect(operators(relu, [4, 4]).whole).toEqual({ Relu: 1, Identity: 1 });
    const gradientOf = (x: Tensor) => gradient((y: Tensor) => np.sum(relu(y).mul(2)))(x);
    expect(operators(gradientOf, [4, 4]).whole.Where).toBeUndefined();
  });
});

describe("a chain of elementwise operators", () => {
  it("is one kernel together with sums over its inputs", () => {
    const chain = (x: Tensor) => {
      const y = relu(x.mul(3).add(1)).mul(x);
      return np.concatenate([np.sum(y, 0), np.sum(y.mul(x), 0)]);
    };
    expect(operators(chain, [64, 32]).fused).toEqual({ Kernel: 2 });
  });
});

describe("a value minus itself", () => {
  it("is zero", () => {
    expect(
      operators((x: Tensor) => x.add(np.exp(x).sub(lax.stopGradient(np.exp(x)))), [3]).whole.Exp,
    ).toBeUndefined();
  });
});

describe("the gradient of a weight that a mapped axis shares", () => {
  it("is one matrix product over the mapped axis, with operands read in place", () => {
    const gradientOf = (x: Tensor, w: Tensor) =>
      gradient((v: Tensor) =>
        np.sum(vmap((one: Tensor) => np.sum(np.matmul(one, v).mul(one.slice([], [0, 32]))))(x)),
      )(w);
    const { fused } = operators(gradientOf, [8, 64, 128], [128, 32]);
    expect(fused).toEqual({ Kernel: 2, Gemm: 1 });
  });
});

it("fuses programs with large arrays or many operators", async () => {
  const usual = new Engine({ threads: 1 });
  /** Of `times` steps, four operators each. */
  const walk = (times: number) => (x: Tensor) => {
    let y = x;
    for (let i = 0; i < times; i++)
      y = np
        .tanh(y)
        .mul(x)
        .add(np.sum(y))
        .sub(0.01 * i);
    return y;
  };
  const of = (times: number, size: number) => usual.compile(walk(times), [array(size)]);
  expect(of(10, 5).fused).toBeUndefined();
  expect(of(10, 1 << 14).fused).toBeDefined();
  const large = of(300, 5);
  expect(large.fused).toBeDefined();
  const whole = new Engine({ threads: 1 }, { fuse: false }).compile(walk(300), [array(5)]);
  expect(whole.fused).toBeUndefined();
  const x = float32([0.1, -0.2, 0.3, 0.05, -0.4], [5]);
  const [one, other] = await Promise.all([large.run([x]), whole.run([x])]);
  expect(relativeError([...(one as NDArray).data], [...(other as NDArray).data])).toBeLessThan(1e-5);
});
