/** Typicality and its threshold on evidence whose distribution is known. */

import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { thresholdOf, typicality } from "./certainty.js";
import type { Evidence, LeftOut } from "./product.js";

const d = 4;
const strengths = { "photo/network": { share: 1, discriminability: d, deviation: 1 } };
/** Evidence of an example whose own class, of `way`, has the score `z`; the other classes have standard normal scores. */
function evidence(z: number, way: number, normal: () => number): Evidence {
  const total = Float64Array.from({ length: way }, (_, c) => d * (c === 0 ? z : normal()) - d ** 2 / 2);
  return { total, strengths };
}

describe("typicality", () => {
  it("is 0 for the average example of a class, in units of the deviation", () => {
    const total = Float64Array.from([d ** 2 / 2, -9]);
    expect(typicality({ total, strengths })).toBe(0);
    const shifted = total.map((x) => x - d);
    expect(typicality({ total: shifted, strengths })).toBeCloseTo(-1, 12);
    const wide = { "photo/network": { ...strengths["photo/network"], deviation: 2 } };
    expect(typicality({ total: shifted, strengths: wide })).toBeCloseTo(-0.5, 12);
  });

  it("is −∞ without a common expert", () => {
    expect(typicality({ total: new Float64Array(2), strengths: {} })).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("thresholdOf", () => {
  it.each([10, 25, 50, 200])("accepts about 95 %% of known examples by %i of them", (n) => {
    const { normal } = random(1, "threshold", n);
    const known = () => evidence(d + 1.5 * normal(), 5, normal);
    let accepted = 0;
    for (let trial = 0; trial < 200; trial++) {
      const left = Array.from({ length: n }, (_, row): LeftOut => ({ row, label: 0, evidence: known() }));
      const threshold = thresholdOf(left, 5);
      for (let i = 0; i < 20; i++) accepted += Number(typicality(known()) >= threshold);
    }
    expect(accepted / 4000).toBeGreaterThan(0.91);
    expect(accepted / 4000).toBeLessThan(0.99);
  });

  it("has a bound without examples to leave out, for any number of classes", () => {
    for (const way of [2, 5, 10, 40, 200]) {
      const threshold = thresholdOf([], way);
      expect(threshold).toBeLessThan(-1);
      expect(threshold).toBeGreaterThanOrEqual(-1.65);
    }
  });

  it("takes a single example", () => {
    const left = [{ row: 0, label: 0, evidence: evidence(d, 2, () => 0) }];
    expect(Number.isFinite(thresholdOf(left, 2))).toBe(true);
  });
});
