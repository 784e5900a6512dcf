import { describe, expect, it } from "vitest";
import { philox, random } from "./random.js";

describe("random", () => {
  it("is Philox 4x32-10 (known answers of the Random123 distribution)", () => {
    expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    const ones = 0xffffffff;
    expect(philox([ones, ones, ones, ones], [ones, ones])).toEqual([
      0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
    ]);
    expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });

  it("gives the same stream for the same name and another for another", () => {
    const draw = (...name: (string | number)[]) => {
      const stream = random(1, ...name);
      return Array.from({ length: 8 }, () => stream.uniform());
    };
    expect(draw("episode", 3)).toEqual(draw("episode", 3));
    expect(draw("episode", 3)).not.toEqual(draw("episode", 4));
    expect(draw("a", "b")).not.toEqual(draw("ab"));
  });

  it("has the moments of the normal and uniform distributions", () => {
    const stream = random(7, "moments");
    const n = 20_000;
    const normals = Array.from({ length: n }, () => stream.normal());
    const mean = normals.reduce((a, b) => a + b) / n;
    const variance = normals.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) counts[stream.integer(5)]++;
    for (const count of counts) expect(Math.abs(count / n - 0.2)).toBeLessThan(0.02);
  });

  it("shuffles to a permutation and samples without repeats", () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    expect(
      random(2, "s")
        .shuffle(items)
        .sort((a, b) => a - b),
    ).toEqual(items);
    expect(new Set(random(2, "t").sample(items, 20)).size).toBe(20);
  });
});
