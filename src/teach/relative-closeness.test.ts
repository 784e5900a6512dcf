/** The closeness to classes against its definition. */

import { expect, it } from "vitest";
import { random } from "../base/random.js";
import { BOUNDS, type RelativeForm } from "./closeness.js";
import { fitRelative } from "./relative-closeness.js";
import { supportRows } from "./support-rows.js";

const usual = { mean: 0.5, deviation: 0.3 };
const way = 3;
const width = 8;
const { normal } = random(3, "closeness");
const centres = Array.from({ length: way }, () => Float32Array.from({ length: width }, normal));
const near = (c: number) => centres[c].map((x) => x + 0.5 * normal());
const labels = [0, 1, 2, 0, 1, 0];
const vectors = labels.map(near);
const closeness = fitRelative({ vectors, labels, way }, supportRows(vectors), usual);

const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, k) => sum + value * y[k], 0);
const cosine = (x: Float32Array, y: Float32Array) => dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** z by the definition, of x to some of the support's vectors. */
function direct(x: Float32Array, members: readonly number[]): number {
  const pairs = vectors.flatMap((v, i) =>
    vectors.slice(0, i).flatMap((w, j) => (labels[i] === labels[j] ? [] : [cosine(v, w)])),
  );
  const background = (way * mean(pairs) + 0.5 * 0.3) / (way + 0.5);
  const u = (mean(members.map((i) => cosine(x, vectors[i]))) - background) / (1 - background + 0.02);
  return Math.max(BOUNDS.least, Math.min(BOUNDS.most, (u - usual.mean) / usual.deviation));
}
const membersOf = (c: number, without = -1) =>
  [...labels.keys()].filter((i) => labels[i] === c && i !== without);

it("is the mean cosine to a class's examples, above that of different classes", () => {
  for (let c = 0; c < way; c++)
    for (const x of [near(c), near((c + 1) % way)])
      expect(closeness.of(x, c)).toBeCloseTo(direct(x, membersOf(c)), 6);
});

it("does not depend on the length of vectors", () => {
  const x = near(1);
  expect(
    closeness.of(
      x.map((value) => 5 * value),
      1,
    ),
  ).toBeCloseTo(closeness.of(x, 1), 6);
});

it("leaves an example out of its own class only", () => {
  for (const [i, label] of labels.entries())
    for (let c = 0; c < way; c++) {
      const members = membersOf(c, i);
      const expected = members.length > 0 ? direct(vectors[i], members) : 0;
      expect(closeness.leftOut(i, c), `${i} of ${label} to ${c}`).toBeCloseTo(expected, 6);
    }
});

it("is linear in unit vectors between its bounds", () => {
  const { means, factors, shifts } = closeness.form() as RelativeForm;
  const x = near(2);
  const length = Math.sqrt(dot(x, x));
  for (let c = 0; c < way; c++) {
    const product = dot(x, Float32Array.from(means.subarray(c * width, (c + 1) * width))) / length;
    const z = factors[c] * product + shifts[c];
    expect(Math.max(BOUNDS.least, Math.min(BOUNDS.most, z))).toBeCloseTo(closeness.of(x, c), 5);
  }
});

it("is 0 for a class without examples, and finite for vectors of zeros and equal ones", () => {
  const equal = [centres[0], centres[0], new Float32Array(width)];
  const fitted = fitRelative({ vectors: equal, labels: [0, 1, 1], way }, supportRows(equal), usual);
  expect(fitted.of(centres[0], 2)).toBe(0);
  expect((fitted.form() as RelativeForm).factors[2]).toBe(0);
  for (const x of equal) for (const c of [0, 1]) expect(Number.isFinite(fitted.of(x, c))).toBe(true);
  for (const i of [0, 1, 2]) expect(Number.isFinite(fitted.leftOut(i, 1))).toBe(true);
});
