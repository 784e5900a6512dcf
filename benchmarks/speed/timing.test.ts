import { describe, expect, it } from "vitest";
import { median, secondsPerUnit, waitFraction } from "./timing.js";

describe("secondsPerUnit", () => {
  it("uses the median, for an even number of values too", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("warms up, then returns the median over blocks", async () => {
    let time = 0;
    let units = 0;
    const runUnit = async () => {
      time += ++units <= 4 ? 10 : units % 5 === 0 ? 3 : 0.5;
    };
    expect(await secondsPerUnit({ runUnit }, 4, () => time)).toBe(0.5);
  });
});

describe("waitFraction", () => {
  it("is the fraction of the time after warming up", async () => {
    let [time, waited] = [0, 0];
    const runUnit = async () => {
      time += 1;
      waited += time <= 3 ? 0.9 : 0.25;
    };
    expect(await waitFraction({ runUnit, secondsWaited: () => waited }, 10, () => time)).toBeCloseTo(0.25, 9);
  });
});
