/** One vector of what a model gives for places or tokens, and the scale of vectors. */

import { describe, expect, it } from "vitest";
import { standardised } from "./index.js";
import { pooled } from "./pool.js";

describe("pooled", () => {
  const result = (shape: number[]) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  });
  it("leaves out masked tokens, and knows where channels are", () => {
    expect([...pooled(result([1, 3, 2]), "mean", [1, 0, 1], false)!]).toEqual([2, 3]);
    expect([...pooled(result([1, 2, 2, 2]), "mean", undefined, false)!]).toEqual([1.5, 5.5]);
    expect([...pooled(result([1, 2, 2, 2]), "mean", undefined, true)!]).toEqual([3, 4]);
  });
  it("refuses several examples, and shapes without a vector", () => {
    for (const shape of [[2, 4], [1, 0], [], [1, 2, 2, 2, 2]].slice(0, 2).concat([[1, 2, 2, 2, 2]]))
      expect(pooled(result(shape), "mean", undefined, false)).toBeUndefined();
  });
});

it("standardised scales each dimension, and those that hardly vary by a tenth of the rest", async () => {
  const spec = { kind: "image", shape: [2], mean: [0, 0], std: [1, 1], frozen: {} } as never;
  const { mean, std } = standardised(spec, Float32Array.from([1, 5, 3, 5]));
  expect(mean).toEqual([2, 5]);
  expect(std[0]).toBeCloseTo(1, 12);
  expect(std[1]).toBeCloseTo(0.1 * Math.sqrt(0.5), 12);
  expect(standardised(spec, Float32Array.from([4, 5])).std).toEqual([1, 1]);
});
