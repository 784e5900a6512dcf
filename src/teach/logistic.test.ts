/** Logistic regression against slow descent in weights, finite differences, and fits without a row. */

import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { fitLogistic } from "./logistic.js";

const [N, WIDTH, WAY] = [36, 8, 4];
const stream = random(3, "logistic");
const labels = Array.from({ length: N }, (_, i) => i % WAY);
const centres = Array.from({ length: WAY }, () => Array.from({ length: WIDTH }, () => stream.normal()));
const rows = labels.map((label) => centres[label].map((centre) => 0.5 * centre + 0.4 * stream.normal()));
const weights = Float64Array.from(labels, (label) => (label === 0 ? 2 : 1));

const inner = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + x * b[k], 0);
const kernelOf = (x: readonly (readonly number[])[]) =>
  Float64Array.from({ length: x.length ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / x.length), at % x.length];
    return j <= i ? inner(x[i], x[j]) : 0;
  });

/** Scores of `x` by weights `[WAY][WIDTH]` from many small steps of gradient descent on the rows `of`. */
function reference(of: readonly number[], penalty: number): (x: readonly number[]) => number[] {
  const w = centres.map(() => new Array<number>(WIDTH).fill(0));
  const scores = (x: readonly number[]) => w.map((each) => inner(each, x));
  for (let step = 0; step < 6000; step++) {
    const gradient = w.map((each) => each.map((value) => penalty * value));
    for (const i of of) {
      const f = scores(rows[i]);
      const sum = f.reduce((total, value) => total + Math.exp(value), 0);
      for (let c = 0; c < WAY; c++)
        for (let k = 0; k < WIDTH; k++)
          gradient[c][k] += weights[i] * (Math.exp(f[c]) / sum - Number(c === labels[i])) * rows[i][k];
    }
    for (let c = 0; c < WAY; c++) for (let k = 0; k < WIDTH; k++) w[c][k] -= 0.05 * gradient[c][k];
  }
  return scores;
}

const fitted = (penalty: number) =>
  fitLogistic({ kernel: kernelOf(rows), labels, way: WAY, weights, penalty });
const all = labels.map((_, i) => i);

describe("logistic regression", () => {
  it.each([
    [0.1, 1],
    [2, 4],
  ])("has the scores of gradient descent to convergence, with penalty %d", (penalty, digits) => {
    const { dual } = fitted(penalty);
    const expected = reference(all, penalty);
    for (const x of rows) {
      const products = rows.map((row) => inner(row, x));
      const scores = centres.map((_, c) => products.reduce((sum, k, i) => sum + k * dual[i * WAY + c], 0));
      for (const [c, value] of expected(x).entries()) expect(scores[c]).toBeCloseTo(value, digits);
    }
  });

  it("has leave-one-out scores near those of fits without a row", () => {
    const { leaveOneOut } = fitted(0.1);
    let [difference, size] = [0, 0];
    for (const i of [0, 5, 10, 15, 20, 25]) {
      const exact = reference(
        all.filter((other) => other !== i),
        0.1,
      )(rows[i]);
      for (let c = 0; c < WAY; c++) {
        difference += (leaveOneOut[i * WAY + c] - exact[c]) ** 2;
        size += exact[c] ** 2;
      }
    }
    expect(Math.sqrt(difference / size)).toBeLessThan(0.2);
  });
});
