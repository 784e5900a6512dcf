/** The normalised closeness against its definition, with the moments of a population that is written out. */

import { expect, it } from "vitest";
import { random } from "../base/random.js";
import { momentsOf, type Population } from "../modality/builtin/population.js";
import { BOUNDS, type NormalisedForm } from "./closeness.js";
import { fitNormalised } from "./normalised-closeness.js";
import { supportRows } from "./support-rows.js";

const width = 6;
const way = 3;
const { normal } = random(5, "normalised");
const draw = (n: number) => Float32Array.from({ length: n }, normal);
const population: Population = {
  mean: draw(width).map((x) => 0.1 * x),
  factor: { data: draw(width * 2).map((x) => 0.3 * x), rank: 2 },
  residual: 0.05,
};
const usual = { mean: 0.5, deviation: 1 };
const labels = [0, 1, 1, 2, 0, 1];
const vectors = labels.map(() => draw(width));
const closeness = fitNormalised({ vectors, labels, way }, supportRows(vectors), usual, population);

const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
  Array.from(x).reduce((sum, value, k) => sum + value * y[k], 0);
const unit = (x: Float32Array) => Float64Array.from(x, (value) => value / Math.sqrt(dot(x, x)));

/** Mean and deviation of the inner product with the population, from Σ written out. */
function direct(x: ArrayLike<number>) {
  const { data, rank } = population.factor;
  let variance = 0;
  for (let i = 0; i < width; i++)
    for (let k = 0; k < width; k++) {
      let covariance = i === k ? population.residual : 0;
      for (let r = 0; r < rank; r++) covariance += data[i * rank + r] * data[k * rank + r];
      variance += x[i] * covariance * x[k];
    }
  return { mean: dot(x, population.mean), deviation: Math.sqrt(variance) };
}

function closenessTo(x: Float32Array, members: readonly number[]): number {
  const a = unit(x);
  const own = direct(a);
  const terms = members.map((i) => {
    const b = unit(vectors[i]);
    const other = direct(b);
    const cosine = dot(a, b);
    return ((cosine - own.mean) / own.deviation + (cosine - other.mean) / other.deviation) / 2;
  });
  const u = terms.reduce((sum, x) => sum + x, 0) / terms.length;
  return Math.max(BOUNDS.least, Math.min(BOUNDS.most, (u - usual.mean) / usual.deviation));
}
const membersOf = (c: number, without = -1) =>
  [...labels.keys()].filter((i) => labels[i] === c && i !== without);

it("has the moments of inner products with the population", () => {
  const x = unit(draw(width));
  const { mean, deviation } = momentsOf(x, population);
  expect(mean).toBeCloseTo(direct(x).mean, 8);
  expect(deviation).toBeCloseTo(direct(x).deviation, 8);
});

it("is the mean over a class's examples, each normalised from both sides, of vectors of any length", () => {
  for (let c = 0; c < way; c++) {
    const x = draw(width);
    const expected = closenessTo(x, membersOf(c));
    expect(closeness.of(x, c)).toBeCloseTo(expected, 5);
    const longer = x.map((value) => 4 * value);
    expect(closeness.of(longer, c)).toBeCloseTo(expected, 5);
  }
});

it("leaves an example out of its own class only", () => {
  for (const [i, label] of labels.entries())
    for (let c = 0; c < way; c++) {
      const members = membersOf(c, i);
      const expected = members.length > 0 ? closenessTo(vectors[i], members) : 0;
      expect(closeness.leftOut(i, c), `${i} of ${label} to ${c}`).toBeCloseTo(expected, 5);
    }
});

it("has a form of which `of` follows", () => {
  const { means, normalised, offsets } = closeness.form() as NormalisedForm;
  const x = draw(width);
  const a = unit(x);
  const own = direct(a);
  for (let c = 0; c < way; c++) {
    const row = (of: Float64Array) => of.subarray(c * width, (c + 1) * width);
    const u = ((dot(row(means), a) - own.mean) / own.deviation + dot(row(normalised), a) - offsets[c]) / 2;
    const z = (u - usual.mean) / usual.deviation;
    expect(closeness.of(x, c)).toBeCloseTo(Math.max(BOUNDS.least, Math.min(BOUNDS.most, z)), 5);
  }
});

it("is 0 for a class without examples, and finite for vectors of zeros", () => {
  const some = [draw(width), new Float32Array(width)];
  const fitted = fitNormalised({ vectors: some, labels: [0, 1], way }, supportRows(some), usual, population);
  expect(fitted.of(some[0], 2)).toBe(0);
  for (const x of some) for (const c of [0, 1]) expect(Number.isFinite(fitted.of(x, c))).toBe(true);
});
