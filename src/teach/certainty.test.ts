/** Typicality and its threshold on evidence whose distribution is known. */

import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { closenessShare, thresholdOf, typicality } from "./certainty.js";
import type { Evidence, LeftOut } from "./product.js";

const d = 4;
const strength = { share: 1, discriminability: d, deviation: 1 };
const weight = d ** 2 / 2;
const strengths = { "photo/network": strength };
/** Evidence of an example with score `z` for its class and closeness `near`; the other classes have standard normal scores. */
function evidence(z: number, near: number, way: number, normal: () => number): Evidence {
  const total = Float64Array.from({ length: way }, (_, c) => d * (c === 0 ? z : normal()) - d ** 2 / 2);
  return { total, strengths, closeness: () => weight * near };
}

describe("typicality", () => {
  const total = Float64Array.from([d ** 2 / 2, -9]);
  const shifted = total.map((x) => x - d);
  const usual = () => 0;

  it("is 0 for the average example of a class, in units of the deviation", () => {
    expect(typicality({ total, strengths, closeness: usual }, 1)).toBe(0);
    const divisor = Math.sqrt(1 + closenessShare(1) ** 2);
    expect(typicality({ total: shifted, strengths, closeness: usual }, 1)).toBeCloseTo(-1 / divisor, 12);
    const wide = { "photo/network": { ...strength, deviation: 2 } };
    const ofWide = typicality({ total: shifted, strengths: wide, closeness: usual }, 1);
    expect(ofWide).toBeCloseTo(-0.5 / divisor, 12);
  });

  it("takes the closeness to the likeliest class, which counts less with more examples", () => {
    const closeness = (c: number) => (c === 0 ? -weight : 5 * weight);
    for (const shot of [1, 4, 100]) {
      const kappa = closenessShare(shot);
      const expected = -kappa / Math.sqrt(1 + kappa ** 2);
      expect(typicality({ total, strengths, closeness }, shot)).toBeCloseTo(expected, 12);
    }
    expect(closenessShare(100)).toBeLessThan(closenessShare(4));
  });

  it("is −∞ without a common expert", () => {
    const none = { total: new Float64Array(2), strengths: {}, closeness: usual };
    expect(typicality(none, 1)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("thresholdOf", () => {
  it.each([10, 25, 39, 40, 50, 200])("accepts about 95 in 100 known examples, by %i others", (n) => {
    const { normal } = random(1, "threshold", n);
    const known = () => evidence(d + 1.5 * normal(), normal(), 5, normal);
    let accepted = 0;
    for (let trial = 0; trial < 200; trial++) {
      const left = Array.from({ length: n }, (_, row): LeftOut => ({ row, label: 0, evidence: known() }));
      const threshold = thresholdOf(left, 5, n / 5);
      for (let i = 0; i < 20; i++) accepted += Number(typicality(known(), n / 5) >= threshold);
    }
    expect(accepted / 4000).toBeGreaterThan(0.925);
    expect(accepted / 4000).toBeLessThan(0.985);
  });

  it("accepts 95 % of known examples of any distribution by many of them", () => {
    const { normal } = random(2, "threshold");
    const known = () => evidence(d - Math.exp(1.5 * normal()), -Math.exp(normal()), 5, normal);
    let accepted = 0;
    for (let trial = 0; trial < 300; trial++) {
      const left = Array.from({ length: 60 }, (_, row): LeftOut => ({ row, label: 0, evidence: known() }));
      const threshold = thresholdOf(left, 5, 12);
      for (let i = 0; i < 20; i++) accepted += Number(typicality(known(), 12) >= threshold);
    }
    expect(accepted / 6000).toBeGreaterThan(0.93);
    expect(accepted / 6000).toBeLessThan(0.965);
  });

  it("has a bound without examples to leave out, for any number of classes", () => {
    for (const way of [2, 5, 10, 40, 200]) {
      const threshold = thresholdOf([], way, 1);
      expect(threshold).toBeLessThan(-2);
      expect(threshold).toBeGreaterThanOrEqual(-2.77);
    }
  });

  it("takes a single example", () => {
    const left = [{ row: 0, label: 0, evidence: evidence(d, 0, 2, () => 0) }];
    expect(Number.isFinite(thresholdOf(left, 2, 1.5))).toBe(true);
  });
});
