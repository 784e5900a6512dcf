import { describe, expect, it } from "vitest";
import { workloads } from "./index.js";

describe("the workloads", () => {
  it("have unique IDs in numerical order", () => {
    const ids = workloads.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const numbers = ids.map((id) => Number(/\d+/.exec(id)![0]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect([...new Set(numbers)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it("are also measured on one thread for W1 to W4, and with augmentation for W1 to W7", () => {
    const idsWith = (select: (workload: (typeof workloads)[number]) => unknown) =>
      workloads.filter(select).map(({ id }) => id);
    expect(idsWith(({ scales }) => scales)).toEqual(["W1", "W2", "W3", "W4", "W4sgd"]);
    expect(idsWith(({ startAugmented }) => startAugmented)).toEqual(
      idsWith(({ id }) => Number(/\d+/.exec(id)![0]) <= 7),
    );
  });
});
