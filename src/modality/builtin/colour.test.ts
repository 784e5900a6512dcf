/** The colour histogram: shares of soft bins, weighted towards the centre, and their entropy. */

import { describe, expect, it } from "vitest";
import { colourEntropy, colourHistogram, colourLength } from "./colour.js";

/** An image of `side` with a colour per pixel. */
const image = (side: number, colour: (x: number, y: number) => readonly number[]) =>
  Uint8Array.from({ length: 3 * side * side }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return colour(pixel % side, Math.floor(pixel / side))[i % 3];
  });

describe("colourHistogram", () => {
  it("has length 1, and one bin for the centre of a bin", () => {
    // 255 · 1.5 / 8 is not whole: a level beside it shares its weight with one neighbour.
    const histogram = colourHistogram(
      image(8, () => [255, 0, 0]),
      8,
    );
    expect(histogram).toHaveLength(colourLength);
    expect(histogram[7 * 64]).toBeCloseTo(1);
    expect(Math.hypot(...histogram)).toBeCloseTo(1);
  });

  it("shares a colour among the bins around it", () => {
    const level = (255 * 2) / 8; // midway between the centres of bins 1 and 2
    const histogram = colourHistogram(
      image(8, () => [Math.round(level), 0, 0]),
      8,
    );
    expect(histogram[64] ** 2 + histogram[128] ** 2).toBeCloseTo(1);
    expect(histogram[64] ** 2).toBeCloseTo(0.5, 1);
  });

  it("counts the middle more than the border", () => {
    const isMiddle = (x: number, y: number) => Math.max(Math.abs(x - 15.5), Math.abs(y - 15.5)) < 8;
    const histogram = colourHistogram(
      image(32, (x, y) => (isMiddle(x, y) ? [255, 0, 0] : [0, 0, 255])),
      32,
    );
    expect(histogram[7 * 64] ** 2).toBeGreaterThan(0.3);
  });

  it("has more entropy with more colours", () => {
    const flat = colourEntropy(
      colourHistogram(
        image(16, () => [200, 30, 90]),
        16,
      ),
    );
    const many = colourEntropy(
      colourHistogram(
        image(16, (x, y) => [x * 16, y * 16, 128]),
        16,
      ),
    );
    expect(many).toBeGreaterThan(flat + 1);
    expect(
      colourEntropy(
        colourHistogram(
          image(4, () => [0, 0, 0]),
          4,
        ),
      ),
    ).toBeCloseTo(0);
  });
});
