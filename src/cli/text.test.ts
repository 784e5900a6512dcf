/** Numbers as people read them. */

import { expect, it } from "vitest";
import { figure, grouped } from "./text.js";

it("rounds to three significant digits, as en-US writes them", () => {
  const numbers = [
    0, 1, 12, 0.5, 0.31234, -0.31234, 9.999, 99.96, 1234.5, 12345678, -1234567.8, 1e-7, 2.5e-5, 1e20,
  ];
  for (const value of [...numbers, Number.NaN, Number.POSITIVE_INFINITY])
    expect(figure(value)).toBe(value.toLocaleString("en-US", { maximumSignificantDigits: 3 }));
});

it("groups thousands", () => {
  for (const value of [0, 7, 999, 1000, 231232, 1234567, -1000])
    expect(grouped(value)).toBe(value.toLocaleString("en-US"));
});
