/** Layers and losses against their formulas, written out in plain float64 loops. */

import { describe, expect, it } from "vitest";
import { eager } from "../../test/support/eager.js";
import { normals } from "../../test/support/tiny.js";
import { type Arrays, float32 } from "../base/array.js";
import { random } from "../base/random.js";
import { maxPool } from "./layers.js";
import { accuracy, crossEntropy, maskClasses, maskedMean, squaredError } from "./loss.js";
import { normalise } from "./normalise.js";

const run = (fn: unknown, args: unknown[]) => eager(fn as never, args as Arrays[], "float64");
const close = (actual: readonly number[], expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  for (const [i, x] of actual.entries()) expect(x).toBeCloseTo(expected[i], 7);
};
const r = random(1, "nn");

describe("normalise", () => {
  const [n, h, w, c] = [5, 2, 3, 2];
  const x = normals(r, [n, h, w, c]);
  const params = { scale: normals(r, [c]), shift: normals(r, [c]) };
  const given = { mean: normals(r, [c]), variance: float32([0.7, 2], [c]) };
  const at = (i: number, k: number) =>
    Array.from({ length: h * w }, (_, place) => x.data[(i * h * w + place) * c + k]);
  const expected = (mean: number[], variance: number[]) =>
    Array.from(x.data, (value, place) => {
      const k = place % c;
      return (
        (params.scale.data[k] * (value - mean[k])) / Math.sqrt(variance[k] + 1e-5) + params.shift.data[k]
      );
    });
  const measured = (counts: number[]) => {
    const mean = (of: (k: number) => number[]) =>
      [0, 1].map((k) => of(k).reduce((a, b) => a + b, 0) / of(k).length);
    const of = (k: number) => counts.flatMap((count, i) => (count ? at(i, k) : []));
    const means = mean(of);
    return { means, variances: mean((k) => of(k).map((value) => (value - means[k]) ** 2)) };
  };
  const normalised = (use: string, counts: number[]) =>
    run(
      (values: never, p: never, g: never, has: never) =>
        normalise([values], p, g, { use: use as "given", mask: has }) as never,
      [x, params, given, float32(counts, [n])],
    );

  it("by the batch's own statistics, of the examples that count", () => {
    for (const counts of [
      [1, 1, 1, 1, 1],
      [1, 0, 1, 1, 0],
      [0, 0, 1, 0, 0],
    ]) {
      const { means, variances } = measured(counts);
      const [y, mean, variance] = normalised("measured", counts);
      close(mean, means);
      close(variance, variances);
      close(y, expected(means, variances));
    }
  });

  it("by the given statistics, and by those where no example counts", () => {
    const [mean, variance] = [Array.from(given.mean.data), Array.from(given.variance.data)];
    for (const [y, ...statistics] of [
      normalised("given", [1, 1, 0, 1, 1]),
      normalised("measured", [0, 0, 0, 0, 0]),
    ]) {
      close(y, expected(mean, variance));
      expect(statistics).toEqual([mean, variance]);
    }
  });
});

describe("maxPool", () => {
  it("takes the largest of each pair along every space axis and drops an odd last entry", () => {
    const x = float32([1, 5, 0, 2, 3, 9, 7, 8, 4], [1, 3, 3, 1]);
    expect(run(maxPool, [x])).toEqual([[5]]);
    expect(run(maxPool, [float32([1, 3, -2, -5, 8], [1, 5, 1])])).toEqual([[3, -2]]);
  });
});

describe("losses", () => {
  const logits = normals(r, [4, 3], 2);
  const labels = float32([1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0], [4, 3]);
  const row = (i: number) => Array.from(logits.data.slice(3 * i, 3 * i + 3));
  const surprise = (i: number, k: number) =>
    Math.log(row(i).reduce((sum, z) => sum + Math.exp(z), 0)) - row(i)[k];

  it("the mean over the examples that count, 0 where none does", () => {
    const values = float32([3, 5, 100], [3]);
    expect(run(maskedMean, [values, float32([1, 1, 0], [3])])).toEqual([[4]]);
    expect(run(maskedMean, [values, float32([0, 0, 0], [3])])).toEqual([[0]]);
  });

  it("cross-entropy is −log of the right class's softmax", () => {
    const mean = (surprise(0, 0) + surprise(1, 2) + surprise(2, 1)) / 3;
    close(run(crossEntropy, [logits, labels, float32([1, 1, 1, 0], [4])])[0], [mean]);
  });

  it("the squared error is summed over outputs and averaged over the examples that count", () => {
    const z = float32([1, 2, 5, -1, 100, 100], [3, 2]);
    const y = float32([0, 4, 5, 1, 0, 0], [3, 2]);
    expect(run(squaredError, [z, y, float32([1, 1, 0], [3])])).toEqual([[(1 + 4 + 0 + 4) / 2]]);
  });

  it("masked classes take no probability and no gradient", () => {
    const masked = run(
      (z: never, y: never, m: never, ways: never) => crossEntropy(maskClasses(z, ways), y, m),
      [logits, labels, float32([1, 0, 1, 0], [4]), float32([1, 1, 0], [3])],
    );
    const two = (i: number, k: number) => Math.log(Math.exp(row(i)[0]) + Math.exp(row(i)[1])) - row(i)[k];
    close(masked[0], [(two(0, 0) + two(2, 1)) / 2]);
  });

  it("accuracy counts the largest logit, and shares what ties", () => {
    const z = float32([1, 0, 0, 5, 2, 3, 0, 0, 0, 9, 9, 1], [4, 3]);
    const y = float32([1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0], [4, 3]);
    close(run(accuracy, [z, y, float32([1, 1, 1, 1], [4])])[0], [(1 + 0 + 1 / 3 + 1 / 2) / 4]);
    close(run(accuracy, [z, y, float32([1, 1, 0, 0], [4])])[0], [1 / 2]);
  });
});
