import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import {
  jackknife,
  meanDifferenceWithInterval,
  meanShareWithInterval,
  meanWithInterval,
  quantile,
  shareWithInterval,
} from "./statistics.js";

describe("meanWithInterval", () => {
  it("is 1.96 standard errors wide, by the unbiased variance", () => {
    const { mean, halfWidth } = meanWithInterval([1, 2, 3, 6]);
    expect(mean).toBe(3);
    expect(halfWidth).toBeCloseTo((1.96 * Math.sqrt(14 / 3)) / 2, 12);
  });

  it("is 0 wide for one value and for equal values", () => {
    expect(meanWithInterval([0.4])).toEqual({ mean: 0.4, halfWidth: 0 });
    expect(meanWithInterval([2, 2, 2])).toEqual({ mean: 2, halfWidth: 0 });
  });

  it("covers the true mean in 95 of 100 samples", () => {
    const r = random(1, "coverage");
    const covered = Array.from({ length: 2000 }, () => {
      const { mean, halfWidth } = meanWithInterval(Array.from({ length: 50 }, () => r.uniform()));
      return Math.abs(mean - 0.5) <= halfWidth;
    }).filter(Boolean).length;
    expect(covered / 2000).toBeGreaterThan(0.925);
    expect(covered / 2000).toBeLessThan(0.965);
  });
});

describe("shareWithInterval", () => {
  it("is adjusted: of 6 of 6 it is 56 to 100 %", () => {
    const { mean, halfWidth, interval } = shareWithInterval(6, 6);
    expect(mean).toBe(1);
    expect(interval[0]).toBeCloseTo(0.557, 2);
    expect(interval[1]).toBe(1);
    expect(halfWidth).toBeCloseTo(0.443, 2);
    expect(shareWithInterval(0, 6).interval[1]).toBeCloseTo(0.443, 2);
  });

  it.each([
    [6, 0.97],
    [10, 0.5],
    [20, 0.9],
    [50, 0.02],
    [300, 0.995],
  ])("of %i trials of probability %f covers it in about 95 of 100 samples", (n, p) => {
    const r = random(2, "share", n, p);
    let [inside, within] = [0, 0];
    for (let i = 0; i < 4000; i++) {
      const right = Array.from({ length: n }, () => r.uniform() < p).filter(Boolean).length;
      const { mean, halfWidth, interval } = shareWithInterval(right, n);
      inside += Number(interval[0] <= p && p <= interval[1]);
      within += Number(Math.abs(mean - p) <= halfWidth);
    }
    expect(inside / 4000).toBeGreaterThan(0.92);
    expect(within).toBeGreaterThanOrEqual(inside);
  });
});

describe("means of shares", () => {
  it("are those of values that differ, and never 0 wide", () => {
    const values = [0.2, 0.5, 0.4, 0.9];
    expect(meanShareWithInterval(values)).toEqual(meanWithInterval(values));
    for (const n of [1, 2, 6, 1000])
      for (const value of [0, 0.4, 1]) {
        const { mean, halfWidth } = meanShareWithInterval(Array<number>(n).fill(value));
        expect(mean).toBeCloseTo(value, 12);
        expect(halfWidth).toBeGreaterThan(1 / (n + 4));
        expect(meanDifferenceWithInterval(Array<number>(n).fill(value)).halfWidth).toBeGreaterThan(
          1 / (n + 4),
        );
      }
  });

  it("cover the true mean where most episodes are perfect", () => {
    const r = random(3, "perfect");
    const [n, flaw, loss] = [40, 0.02, 0.2];
    const covered = Array.from({ length: 2000 }, () => {
      const values = Array.from({ length: n }, () => (r.uniform() < flaw ? 1 - loss : 1));
      const { mean, halfWidth } = meanShareWithInterval(values);
      return Math.abs(mean - (1 - flaw * loss)) <= halfWidth;
    }).filter(Boolean).length;
    expect(covered / 2000).toBeGreaterThan(0.94);
  });
});

describe("quantile", () => {
  it("has the share q below it, whatever the order", () => {
    const values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
    expect([0, 0.1, 0.5, 0.95, 1].map((q) => quantile(values, q))).toEqual([1, 2, 6, 10, 10]);
    expect(values[0]).toBe(5);
  });

  it("of one value is the value", () => {
    expect(quantile([0.7], 0.05)).toBe(0.7);
  });
});

describe("jackknife", () => {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

  it("of a mean of 20 values is Student's interval", () => {
    const r = random(2, "values");
    const values = Array.from({ length: 20 }, () => r.normal());
    const { halfWidth: normal } = meanWithInterval(values);
    const { value, halfWidth } = jackknife(values, mean);
    expect(value).toBe(mean(values));
    expect(halfWidth).toBeCloseTo((2.093 / 1.96) * normal, 10);
  });

  it("covers the true median, which is not smooth, in about 95 of 100 samples", () => {
    const r = random(3, "coverage");
    const covered = Array.from({ length: 500 }, () => {
      const values = Array.from({ length: 200 }, () => r.uniform());
      const { value, halfWidth } = jackknife(values, (some) => quantile(some, 0.5));
      return Math.abs(value - 0.5) <= halfWidth;
    }).filter(Boolean).length;
    expect(covered / 500).toBeGreaterThan(0.89);
    expect(covered / 500).toBeLessThan(0.985);
  });

  it("of one item, and of equal ones, is 0 wide", () => {
    expect(jackknife([3], mean)).toEqual({ value: 3, halfWidth: 0 });
    expect(jackknife(Array(50).fill(3), mean)).toEqual({ value: 3, halfWidth: 0 });
  });
});
