import { describe, expect, it } from "vitest";
import { inBatches } from "./batches.js";
import { capacityFor } from "./examples.js";

describe("inBatches", () => {
  it.each([
    1, 15, 16, 17, 40, 75,
  ])("runs %i examples in order, in batches of nearly one size", async (count) => {
    const sizes: number[] = [];
    const all = await inBatches(count, async (batch) => {
      sizes.push(batch.length);
      return [...batch];
    });
    expect(all).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16);
    expect(sizes).toHaveLength({ 1: 1, 15: 2, 16: 2, 17: 2, 40: 4, 75: 6 }[count]!);
  });
});

describe("capacityFor", () => {
  it("holds its number and wastes an eighth at most, with few values", () => {
    const numbers = Array.from({ length: 1000 }, (_, i) => i + 1);
    for (const n of numbers) {
      expect(capacityFor(n)).toBeGreaterThanOrEqual(n);
      expect(capacityFor(n)).toBeLessThanOrEqual(n * 1.125);
      expect(capacityFor(capacityFor(n))).toBe(capacityFor(n));
    }
    expect(new Set(numbers.map(capacityFor)).size).toBeLessThan(70);
  });
});
