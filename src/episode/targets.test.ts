import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import type { Row } from "../data/types.js";
import { standardisedTarget, type TargetScale, targetFrom, targetScaleOf, targetUnit } from "./targets.js";

const rowsOf = (groups: readonly (readonly number[])[]): Row[] =>
  groups.flatMap((own, g) =>
    own.map((target, i): Row => ({ id: `${g}.${i}`, target, group: `g${g}`, where: "made", values: {} })),
  );
const scaleOf = (groups: readonly (readonly number[])[]) => targetScaleOf(rowsOf(groups)) as TargetScale;

/** Groups of ten labels: levels of standard deviation `between`, labels around them of `within`. */
function drawn(mean: number, between: number, within: number): number[][] {
  const r = random(3, "targets", mean, between, within);
  return Array.from({ length: 400 }, () => {
    const level = mean + between * r.normal();
    return Array.from({ length: 10 }, () => level + within * r.normal());
  });
}

describe("targetScaleOf", () => {
  it.each([
    [0, 1, 2],
    [250_000, 3_000, 5_000],
    [-1e30, 1e29, 1e27],
    [1e-20, 3e-21, 1e-21],
  ])("recovers mean %f and standard deviations %f between, %f within groups", (mean, between, within) => {
    const scale = scaleOf(drawn(mean, between, within));
    expect(Math.abs(scale.mean - mean)).toBeLessThan(0.3 * (between + within));
    expect(scale.within / within).toBeCloseTo(1, 1);
    expect(Math.abs(scale.between / between - 1)).toBeLessThan(0.5);
  });

  it("is finite and gives a positive scale for labels that do not vary, that are huge, and that are one", () => {
    for (const groups of [
      [
        [5, 5],
        [5, 5],
      ],
      [[0]],
      [[3e38, -3e38], [3e38]],
      [
        [7, 7],
        [9, 9],
      ],
      [[1]],
    ]) {
      const scale = scaleOf(groups);
      for (const support of [[], groups[0]]) {
        const unit = targetUnit(scale, support);
        expect(unit.scale).toBeGreaterThan(0);
        for (const y of groups.flat()) {
          expect(Number.isFinite(Math.fround(standardisedTarget(y, unit)))).toBe(true);
          expect(targetFrom(standardisedTarget(y, unit), unit)).toBeCloseTo(y, 6);
        }
      }
    }
    expect(targetScaleOf([])).toBeUndefined();
  });
});

describe("targetUnit", () => {
  it("centres on the support where groups differ, on the train rows where they do not", () => {
    const same = { mean: 10, within: 2, between: 0 };
    expect(targetUnit(same, [20, 22])).toEqual({ centre: 10, scale: 2 });
    const apart = { mean: 10, within: 0, between: 3 };
    expect(targetUnit(apart, [20, 22])).toEqual({ centre: 21, scale: 3 });
    // n τ² / (n τ² + σ²) = 2 · 1 / (2 · 1 + 4).
    const { centre } = targetUnit({ mean: 10, within: 2, between: 1 }, [20, 22]);
    expect(centre).toBeCloseTo(10 + 11 / 3, 12);
  });

  it("leaves labels as they are for a model without a scale", () => {
    expect(standardisedTarget(3, targetUnit(undefined, [1, 2]))).toBe(3);
  });

  it("predicts a group's level better than the train rows' mean and the support's", () => {
    const [between, within, shot] = [1, 2, 3];
    const scale = scaleOf(drawn(0, between, within));
    const r = random(4, "level");
    const errors = { shrunk: 0, support: 0, train: 0 };
    for (let i = 0; i < 4000; i++) {
      const level = between * r.normal();
      const support = Array.from({ length: shot }, () => level + within * r.normal());
      errors.shrunk += (targetUnit(scale, support).centre - level) ** 2;
      errors.support += (support.reduce((a, b) => a + b) / shot - level) ** 2;
      errors.train += (scale.mean - level) ** 2;
    }
    expect(errors.shrunk).toBeLessThan(0.95 * Math.min(errors.support, errors.train));
  });
});
