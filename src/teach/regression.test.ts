/** Linear and curved regressions interpolate, agree between sparse and dense rows, and keep to the linear form where it is due. */

import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { fitRegression } from "./regression.js";

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

/** `n` random unit vectors with `filled` numbers that are not 0, with the class of the sign of x_0 x_1. */
function taskOf(n: number, width: number, filled = width) {
  const { normal } = random(1, "regression", n, width);
  const vectors = Array.from({ length: n }, () =>
    unit(Float32Array.from({ length: width }, (_, k) => (k < filled ? normal() : 0))),
  );
  const targets = new Float64Array(2 * n);
  for (const [i, [a, b]] of vectors.entries()) {
    targets[2 * i] = Math.sign(a * b) / 2;
    targets[2 * i + 1] = -targets[2 * i];
  }
  return { vectors, targets: { targets, weights: new Float64Array(n).fill(1) } };
}

const accuracy = ({ vectors, targets }: ReturnType<typeof taskOf>, output: (i: number) => number) =>
  vectors.filter((_, i) => Math.sign(output(i)) === Math.sign(targets.targets[2 * i])).length /
  vectors.length;

describe("fitRegression", () => {
  it("separates by products of features only if it is curved", () => {
    const task = taskOf(60, 14, 3);
    const linear = fitRegression(task.vectors, task.targets, { curvature: 0, classes: 2 }).leaveOneOut;
    const curved = fitRegression(task.vectors, task.targets, { curvature: 2, classes: 2 }).leaveOneOut;
    expect(accuracy(task, (i) => linear[2 * i])).toBeLessThan(0.7);
    expect(accuracy(task, (i) => curved[2 * i])).toBeGreaterThan(0.8);
  });

  it("is linear for few examples, in all or per class, and for many per number of a vector", () => {
    for (const [n, width, classes] of [
      [32, 40, 2],
      [60, 40, 31],
      [60, 10, 2],
    ] as const) {
      const { vectors, targets } = taskOf(n, width);
      const linear = fitRegression(vectors, targets, { curvature: 0, classes });
      expect(fitRegression(vectors, targets, { curvature: 2, classes }).leaveOneOut).toEqual(
        linear.leaveOneOut,
      );
    }
  });

  it.each([0, 2])("gives for sparse vectors what it gives for dense ones, with curvature %i", (curvature) => {
    const { vectors, targets } = taskOf(50, 100, 8);
    const short = vectors.map((vector) => vector.slice(0, 12));
    const sparse = fitRegression(vectors, targets, { curvature, classes: 2 });
    const dense = fitRegression(short, targets, { curvature, classes: 2 });
    for (const [i, vector] of vectors.entries()) {
      expect(sparse.outputs(vector)[0]).toBeCloseTo(dense.outputs(short[i])[0], 8);
      expect(sparse.leaveOneOut[2 * i]).toBeCloseTo(dense.leaveOneOut[2 * i], 8);
    }
  });

  it("predicts a left-out example as a regression without it does", () => {
    const { vectors, targets } = taskOf(40, 20);
    const { leaveOneOut } = fitRegression(vectors, targets, { curvature: 2, classes: 2 });
    const rest = { targets: targets.targets.subarray(2), weights: targets.weights.subarray(1) };
    const without = fitRegression(vectors.slice(1), rest, { curvature: 2, classes: 2 });
    expect(without.outputs(vectors[0])[0]).toBeCloseTo(leaveOneOut[0], 9);
  });
});
