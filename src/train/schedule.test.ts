import { describe, expect, it } from "vitest";
import { parseRecipe } from "../model/recipe.js";
import { annealed, Schedule } from "./schedule.js";

/** A schedule of ten minutes with a clock that tests turn. */
function tenMinutes(train: object = {}) {
  let minutes = 0;
  const recipe = parseRecipe({ train: { minutes: 10, learningRate: 0.01, ...train } }, "test");
  const schedule = new Schedule(recipe.train, () => minutes * 60_000);
  return {
    schedule,
    /** Let time pass up to `until`, validate when due, and give the minutes of the validations. */
    pass(until: number, isBest: (minute: number) => boolean, seconds = 0): number[] {
      const validations: number[] = [];
      for (; minutes < until && !schedule.isOver(1); minutes += 0.05)
        if (schedule.isValidationDue(1)) {
          minutes += seconds / 60;
          validations.push(minutes);
          schedule.validated(isBest(minutes), seconds * 1000);
        }
      return validations;
    },
    now: () => minutes,
  };
}

describe("a number of steps", () => {
  it("anneals over the steps, validates every 200 and never stops early", () => {
    const { schedule } = tenMinutes({ steps: 1000 });
    expect([0, 250, 500, 1000].map((step) => schedule.spent(step))).toEqual([0, 0.25, 0.5, 1]);
    expect(schedule.learningRateAfter(500)).toBeCloseTo(0.005, 12);
    expect([200, 300, 400].map((step) => schedule.isValidationDue(step))).toEqual([true, false, true]);
    for (let i = 0; i < 20; i++) schedule.validated(false, 0);
    expect(schedule.isOver(999)).toBe(false);
    expect(schedule.stoppedEarly).toBe(false);
    expect(schedule.pace).toBeUndefined();
    expect(schedule.secondsLeft(400, 2)).toBe(300);
  });
});

describe("a budget in minutes", () => {
  it("validates twenty times and uses all of it while validation improves", () => {
    const { schedule, pass, now } = tenMinutes();
    expect(pass(20, () => true).length).toBeGreaterThanOrEqual(17);
    expect(now()).toBeGreaterThanOrEqual(9.99);
    expect(schedule.stoppedEarly).toBe(false);
  });

  it("is wound down over a tenth of it, with the rest of the cosine, after five validations without a new best", () => {
    const { schedule, pass, now } = tenMinutes();
    const validations = pass(20, (minute) => minute < 2);
    expect(now()).toBeGreaterThan(4.9);
    expect(now()).toBeLessThan(6.2);
    expect(schedule.stoppedEarly).toBe(true);
    expect(validations.at(-1)).toBeGreaterThan(now() - 0.7);
    expect(schedule.learningRateAfter(1)).toBeCloseTo(0, 6);
    expect(schedule.secondsLeft(1, 1)).toBe(0);
  });

  it("goes on where it was when it is resumed, winding down too", () => {
    const { schedule, pass, now } = tenMinutes();
    pass(5.1, (minute) => minute < 2);
    const train = parseRecipe({ train: { minutes: 10, learningRate: 0.01 } }, "test").train;
    const resumed = new Schedule(train, () => now() * 60_000, JSON.parse(JSON.stringify(schedule.pace)));
    expect(schedule.pace?.windDownFrom).toBeGreaterThan(0);
    expect(resumed.pace).toEqual(schedule.pace);
    expect(resumed.learningRateAfter(1)).toBe(schedule.learningRateAfter(1));
    expect(resumed.secondsLeft(1, 1)).toBe(schedule.secondsLeft(1, 1));
    const anew = new Schedule(train, () => now() * 60_000);
    expect(anew.learningRateAfter(1)).toBeGreaterThan(2 * resumed.learningRateAfter(1));
  });

  it("spends at most about a third of its time on slow validations", () => {
    const { pass } = tenMinutes();
    expect(pass(20, () => true, 60).length).toBeLessThanOrEqual(4);
  });

  it("validates at the steps that a recipe states", () => {
    const { schedule } = tenMinutes({ evalEvery: 7 });
    expect([7, 8, 14].map((step) => schedule.isValidationDue(step))).toEqual([true, false, true]);
  });
});

it("anneals by half a cosine", () => {
  expect([0, 0.5, 1].map((spent) => annealed(2, spent))).toEqual([2, 1, 0]);
});
