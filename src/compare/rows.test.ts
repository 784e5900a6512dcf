import { describe, expect, it } from "vitest";
import { meanWithInterval } from "../evaluate/statistics.js";
import type { LearnerName } from "../model/recipe-choices.js";
import { comparisonPicture } from "./picture.js";
import type { Result } from "./results.js";
import { rowsOf } from "./rows.js";
import type { ComparedRow, Comparison, MissingRow } from "./types.js";

const protocol = (task: "classification" | "regression") => ({ task }) as Comparison;
const chance = { name: "chance", accuracy: 0.2, halfWidth: 0 };
const result = (learner: string, scores: readonly number[], adaptMs = 1): Result => ({
  ...{
    learner: learner as LearnerName,
    fusion: "gated",
    scores,
    validation: null,
    steps: 3,
    selectedStep: 3,
  },
  ...{ trainSeconds: 1, adaptMs, peakMB: 100, parameters: 7 },
});
const results = [
  result("weak", [0.1, 0.5, 0.3]),
  result("strong", [0.3, 0.7, 0.5], 30),
  result("odd", [0.5, 0.2, 0.4]),
];
const missing: MissingRow[] = [
  { kind: "failed", learner: "lost" as LearnerName, fusion: "gated", reason: "it diverged" },
];

describe("rowsOf", () => {
  it("ranks accuracies from the highest, squared errors from the lowest; then what is missing, then chance", () => {
    const names = (task: "classification" | "regression") =>
      rowsOf({ protocol: protocol(task), chance }, results, missing).map((row) =>
        "learner" in row ? row.learner : row.kind,
      );
    expect(names("classification")).toEqual(["strong", "odd", "weak", "lost", "chance"]);
    expect(names("regression")).toEqual(["weak", "odd", "strong", "lost", "chance"]);
  });

  it("pairs each with the best on the same episodes", () => {
    const [best, odd, weak] = rowsOf(
      { protocol: protocol("classification"), chance },
      results,
      [],
    ) as ComparedRow[];
    expect(best.behindBest).toBeUndefined();
    expect(weak.behindBest!.difference).toBeCloseTo(0.2, 12);
    expect(weak.behindBest!.halfWidth).toBeCloseTo(0, 12);
    const { mean, halfWidth } = meanWithInterval([0.3 - 0.5, 0.7 - 0.2, 0.5 - 0.4]);
    expect(odd.behindBest).toEqual({
      difference: expect.closeTo(mean, 12),
      halfWidth: expect.closeTo(halfWidth, 12),
    });
    expect(best).not.toHaveProperty("scores");
  });

  it("says of squared errors how much lower the best one is", () => {
    const rows = rowsOf({ protocol: protocol("regression"), chance }, results, []) as ComparedRow[];
    expect(rows[2].mse).toBeCloseTo(0.5, 12);
    expect(rows[2].behindBest!.difference).toBeCloseTo(0.2, 12);
  });
});

describe("comparisonPicture", () => {
  const picture = (of: readonly Result[]) => {
    const rows = rowsOf({ protocol: protocol("classification"), chance }, of, missing);
    return comparisonPicture({ ...protocol("classification"), rows } as Comparison);
  };

  it("has a mark for each combination that ran, the better ones higher, the dearer ones further right", () => {
    const marks = [...picture(results).matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)".*?<title>(\w+)/g)];
    expect(marks.map(([, , , name]) => name)).toEqual(["strong", "odd", "weak"]);
    const [strong, odd, weak] = marks.map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
    expect(strong.y).toBeLessThan(odd.y);
    expect(odd.y).toBeLessThan(weak.y);
    expect(strong.x).toBeGreaterThan(weak.x);
    expect(odd.x).toBe(weak.x);
  });

  it("is finite for one row and for none", () => {
    for (const few of [results.slice(0, 1), []]) expect(picture(few)).not.toMatch(/NaN|Infinity|undefined/);
  });
});
