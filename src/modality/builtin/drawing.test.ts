import { describe, expect, it } from "vitest";
import type { Strokes } from "../strokes/types.js";
import { drawingImage } from "./drawing.js";

const level = (strokes: Strokes, x: number, y: number) => drawingImage(strokes).data[y * 160 + x];

describe("the picture of a drawing", () => {
  const line: Strokes = [
    [
      [0, 0],
      [7, 0],
    ],
  ];

  it("has a line of six pixels from margin to margin, with round ends", () => {
    for (const x of [20, 80, 139]) {
      for (const y of [77, 82]) expect(level(line, x, y)).toBe(0);
      for (const y of [76, 83]) expect(level(line, x, y)).toBe(255);
    }
    expect(level(line, 17, 79)).toBeLessThan(128);
    expect(level(line, 16, 79)).toBe(255);
    expect(level(line, 17, 77)).toBe(255);
  });

  it("is anti-aliased on slopes", () => {
    const slope: Strokes = [
      [
        [0, 0],
        [9, 4],
      ],
    ];
    const levels = new Set(drawingImage(slope).data);
    expect(levels.size).toBeGreaterThan(10);
  });

  it("of one point is a dot in the middle", () => {
    const { data } = drawingImage([[[3, 4]]]);
    expect(data.filter((value) => value < 255).length).toBeLessThan(45);
    expect(data[80 * 160 + 80]).toBe(0);
  });

  it("is finite for the largest coordinates", () => {
    const far = Number.MAX_VALUE;
    const { data } = drawingImage([
      [
        [-far, 0],
        [far, 1],
      ],
    ]);
    expect(data[80 * 160 + 80]).toBe(0);
  });
});
