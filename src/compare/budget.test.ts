import { expect, it } from "vitest";
import { reserved, trainingSeconds } from "./budget.js";

it("gives every combination the same seconds, and all of the time to somebody", () => {
  const overheads = [1, 4, 10];
  const each = trainingSeconds(5, 20, overheads);
  const around = overheads.map(reserved).reduce((a, b) => a + b);
  expect(20 + around + 3 * each).toBeCloseTo(300, 9);
  expect(each).toBeLessThan((300 - 20) / 3);
});

it("refuses a budget too small for the tests, and names a sufficient one", () => {
  const overheads = [30, 30];
  const { message } = thrown(() => trainingSeconds(1, 5, overheads));
  const [, least] =
    /^option budget: 1 minutes are too short to test 2 combinations; expected at least ([\d.]+)\. /.exec(
      message,
    )!;
  expect(trainingSeconds(Number(least), 5, overheads)).toBeGreaterThanOrEqual(1);
});

it("has nothing to give where nothing is left to run", () => {
  expect(trainingSeconds(1, 59, [])).toBe(0);
});

function thrown(fn: () => unknown): Error {
  try {
    fn();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
