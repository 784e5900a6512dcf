import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { acceptedShare, auroc, fpr95, thresholdAt95 } from "./roc.js";

/** Scores on a coarse grid, so that many tie. */
const draw = (seed: number, count: number, shift: number) => {
  const r = random(seed, "scores");
  return Array.from({ length: count }, () => Math.round(2 * (r.normal() + shift)) / 2);
};
const cases = [1, 2, 3, 4].map((seed) => [draw(seed, 40, seed / 2), draw(seed + 10, 27, 0)] as const);

describe("auroc", () => {
  it.each(cases)("is the share of pairs in order, ties half (case %#)", (known, unknown) => {
    const pairs = known.flatMap((k) => unknown.map((u) => (k > u ? 1 : k === u ? 0.5 : 0)));
    const share = pairs.reduce<number>((a, b) => a + b, 0) / pairs.length;
    expect(auroc(known, unknown)).toBeCloseTo(share, 12);
    expect(auroc(unknown, known)).toBeCloseTo(1 - share, 12);
  });

  it("is 1 apart, 0 the wrong way round, and a half where all are equal", () => {
    expect(auroc([3, 2], [1, 0, -1])).toBe(1);
    expect(auroc([-3], [1, 0])).toBe(0);
    expect(auroc([5, 5, 5], [5, 5])).toBe(0.5);
  });

  it("sees the order alone", () => {
    const [known, unknown] = cases[0];
    const cubed = (scores: readonly number[]) => scores.map((x) => x ** 3 + 7);
    expect(auroc(cubed(known), cubed(unknown))).toBe(auroc(known, unknown));
  });

  it("leaves its arguments in their order", () => {
    const [known, unknown] = [
      [3, 1, 2],
      [2, 0],
    ];
    auroc(known, unknown);
    expect([known, unknown]).toEqual([
      [3, 1, 2],
      [2, 0],
    ]);
  });
});

describe("fpr95", () => {
  it.each(cases)("is of the largest threshold that accepts 95 % of the known (case %#)", (known, unknown) => {
    const threshold = Math.max(...known.filter((t) => acceptedShare(known, t) >= 0.95));
    expect(thresholdAt95(known)).toBe(threshold);
    expect(fpr95(known, unknown)).toBe(unknown.filter((u) => u >= threshold).length / unknown.length);
  });

  it("of one hundred scores gives up the five lowest", () => {
    const known = random(1).shuffle(Array.from({ length: 100 }, (_, i) => i));
    expect(thresholdAt95(known)).toBe(5);
    expect(fpr95(known, [4, 4.9, 5, 200])).toBe(0.5);
  });

  it("accepts what ties with the threshold", () => {
    expect(fpr95([1, 1, 1], [1, 0])).toBe(0.5);
  });
});
