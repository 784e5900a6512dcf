import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { jackknife, meanWithInterval, quantile } from "./statistics.js";

describe("meanWithInterval", () => {
  it("is 1.96 standard errors wide, by the unbiased variance", () => {
    const { mean, ci95 } = meanWithInterval([1, 2, 3, 6]);
    expect(mean).toBe(3);
    expect(ci95).toBeCloseTo((1.96 * Math.sqrt(14 / 3)) / 2, 12);
  });

  it("is 0 wide for one value and for equal values", () => {
    expect(meanWithInterval([0.4])).toEqual({ mean: 0.4, ci95: 0 });
    expect(meanWithInterval([2, 2, 2])).toEqual({ mean: 2, ci95: 0 });
  });

  it("covers the true mean in 95 of 100 samples", () => {
    const r = random(1, "coverage");
    const covered = Array.from({ length: 2000 }, () => {
      const { mean, ci95 } = meanWithInterval(Array.from({ length: 50 }, () => r.uniform()));
      return Math.abs(mean - 0.5) <= ci95;
    }).filter(Boolean).length;
    expect(covered / 2000).toBeGreaterThan(0.925);
    expect(covered / 2000).toBeLessThan(0.965);
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
    const { ci95: normal } = meanWithInterval(values);
    const { value, ci95 } = jackknife(values, mean);
    expect(value).toBe(mean(values));
    expect(ci95).toBeCloseTo((2.093 / 1.96) * normal, 10);
  });

  it("covers the true median, which is not smooth, in about 95 of 100 samples", () => {
    const r = random(3, "coverage");
    const covered = Array.from({ length: 500 }, () => {
      const values = Array.from({ length: 200 }, () => r.uniform());
      const { value, ci95 } = jackknife(values, (some) => quantile(some, 0.5));
      return Math.abs(value - 0.5) <= ci95;
    }).filter(Boolean).length;
    expect(covered / 500).toBeGreaterThan(0.89);
    expect(covered / 500).toBeLessThan(0.985);
  });

  it("of one item, and of equal ones, is 0 wide", () => {
    expect(jackknife([3], mean)).toEqual({ value: 3, ci95: 0 });
    expect(jackknife(Array(50).fill(3), mean)).toEqual({ value: 3, ci95: 0 });
  });
});
