import { describe, expect, it } from "vitest";
import type { ModalitySpec } from "../modality/index.js";
import { inBatches } from "./batches.js";
import { capacityFor } from "./examples.js";

describe("inBatches", () => {
  const image: ModalitySpec = { kind: "image", shape: [1, 8, 8] };
  const vector: ModalitySpec = { kind: "vector", shape: [8] };

  it.each<[string, Record<string, ModalitySpec>, number, Record<number, number>]>([
    ["images", { image }, 16, { 1: 1, 15: 2, 16: 2, 17: 2, 40: 4, 75: 6 }],
    ["vectors", { vector }, 256, { 1: 1, 75: 1, 128: 2, 512: 2, 513: 4 }],
    ["images with vectors", { image, vector }, 16, { 7: 1, 75: 6 }],
  ])("runs %s in order, in batches of nearly one size", async (_, specs, largest, batches) => {
    for (const [count, expected] of Object.entries(batches)) {
      const sizes: number[] = [];
      const all = await inBatches(Number(count), specs, async (batch) => {
        sizes.push(batch.length);
        return [...batch];
      });
      expect(all).toEqual(Array.from({ length: Number(count) }, (_, i) => i));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(largest);
      expect(sizes, count).toHaveLength(expected);
    }
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
