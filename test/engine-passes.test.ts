/**
 * The forms that make the usual blocks fast, asserted on operator counts: a change that loses one fails here, not in
 * somebody's stopwatch.
 */

import { describe, expect, it } from "vitest";
import { gradient, lax, np, type Tensor } from "../src/engine/index.js";
import { Engine } from "../src/engine/program.js";
import { convolve, halve, rectify } from "../src/nn/layers.js";

const engine = new Engine({ threads: 1 });
const array = (...shape: number[]) => ({ dtype: "float32" as const, shape });
const operators = (fn: (...args: never[]) => Tensor, ...shapes: number[][]) =>
  engine.compile(
    fn as never,
    shapes.map((shape) => array(...shape)),
  ).operators;

describe("a convolution's weight gradient", () => {
  const slope = (x: Tensor, w: Tensor) => gradient((v: Tensor) => np.sum(convolve(x, v).mul(x)))(w);

  it("is a product a kernel position", () => {
    const { Conv, MatMul } = operators(slope, [10, 16, 14, 14], [16, 16, 3, 3]);
    expect({ Conv, MatMul }).toEqual({ Conv: undefined, MatMul: 9 });
  });

  it("stays a convolution where there are few channels", () => {
    const one = (x: Tensor, w: Tensor) => gradient((v: Tensor) => np.sum(convolve(x, v)))(w);
    expect(operators(one, [10, 1, 14, 14], [16, 1, 3, 3]).MatMul).toBeUndefined();
  });
});

describe("halving", () => {
  it("is one pooling, without a mask, where nothing is differentiated", () => {
    const { MaxPool, Equal, Cast, ReduceMax } = operators(halve, [2, 3, 8, 8]);
    // The one Equal is of the pooled array: an all −∞ window.
    expect({ MaxPool, Equal, Cast, ReduceMax }).toEqual({
      MaxPool: 1,
      Equal: 1,
      Cast: undefined,
      ReduceMax: undefined,
    });
  });

  it("is differentiated by a mask, without choices over split axes", () => {
    const slope = (x: Tensor) => gradient((y: Tensor) => np.sum(halve(y).mul(halve(y))))(x);
    const { Where, ReduceSum, Expand } = operators(slope, [2, 3, 8, 8]);
    expect({ Where, ReduceSum, Expand }).toEqual({ Where: 1, ReduceSum: undefined, Expand: undefined });
  });
});

describe("rectifying", () => {
  it("is one operator forwards and a mask backwards", () => {
    expect(operators(rectify, [4, 4])).toEqual({ Relu: 1, Identity: 1 });
    const slope = (x: Tensor) => gradient((y: Tensor) => np.sum(rectify(y).mul(2)))(x);
    expect(operators(slope, [4, 4]).Where).toBeUndefined();
  });
});

describe("a number and itself", () => {
  it("differ by nothing", () => {
    expect(
      operators((x: Tensor) => x.add(np.exp(x).sub(lax.stopGradient(np.exp(x)))), [3]).Exp,
    ).toBeUndefined();
  });
});
