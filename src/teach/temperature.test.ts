import { expect, it } from "vitest";
import { random } from "../base/random.js";
import type { LeftOut } from "./product.js";
import { fitScale, probabilitiesOf } from "./temperature.js";

const leftOut = (label: number, total: readonly number[]): LeftOut => ({
  row: 0,
  label,
  evidence: { total: Float64Array.from(total), strengths: {}, closeness: () => 0 },
});

it("gives probabilities of large evidence without overflow", () => {
  expect([...probabilitiesOf([1000, 0], 1)]).toEqual([1, 0]);
  const [p, q] = probabilitiesOf([2, 0], 0.5);
  expect(p / q).toBeCloseTo(Math.E, 9);
  expect(p + q).toBeCloseTo(1, 12);
});

it("is higher, the more reliable the evidence is", () => {
  const { uniform } = random(1, "temperature");
  const left = (share: number) =>
    Array.from({ length: 200 }, () => leftOut(0, uniform() < share ? [4, 0] : [0, 4]));
  const [poor, fair, perfect] = [0.5, 0.8, 1].map((share) => fitScale(left(share)));
  expect(poor).toBeLessThan(fair);
  expect(fair).toBeLessThan(perfect);
});

it("calibrates: with log-odds of 4 τ, the confidence is near the accuracy", () => {
  const left = Array.from({ length: 400 }, (_, i) => leftOut(0, i % 5 > 0 ? [4, 0] : [0, 4]));
  const [p] = probabilitiesOf([4, 0], fitScale(left));
  expect(p).toBeGreaterThan(0.72);
  expect(p).toBeLessThan(0.86);
});

it("stays near the usual scale with little to go by", () => {
  const usual = fitScale([]);
  const few = fitScale([leftOut(0, [30, 0]), leftOut(1, [0, 30])]);
  expect(usual).toBeGreaterThan(0);
  expect(few / usual).toBeGreaterThan(1 / 3);
  expect(few / usual).toBeLessThan(3);
});
