import { describe, expect, it } from "vitest";
import { FACTORS, type Times } from "./linear.js";
import { fitExponent, plotTimes } from "./linear-plot.js";

describe("the scaling plot", () => {
  const times: Times = {
    "meta-batch": [1, 2, 4, 8],
    "inner steps": [1, 1.8, 3.4, 6.6],
    way: [1, 2 ** 1.1, 4 ** 1.1, 8 ** 1.1],
    queries: [1, 1, 1, 1],
  };

  it("fits exponents to logarithms", () => {
    expect(fitExponent(FACTORS, times["meta-batch"])).toBeCloseTo(1, 9);
    expect(fitExponent(FACTORS, times.way)).toBeCloseTo(1.1, 9);
    expect(fitExponent(FACTORS, times.queries)).toBeCloseTo(0, 9);
  });

  it("shows an exponent per quantity", () => {
    const svg = plotTimes(times, "a machine");
    for (const text of ["meta-batch, from 4: exponent 1.00", "way, from 4: exponent 1.10", "a machine"])
      expect(svg).toContain(text);
    expect(svg.match(/<polyline/g)).toHaveLength(4);
    expect(svg).not.toContain("NaN");
  });
});
