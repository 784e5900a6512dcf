/** Descriptors without weights, on images whose gradients and colours are known. */

import { describe, expect, it } from "vitest";
import { hog, hogLength, hogSide } from "./hog.js";

/** A grey image by a function of column and row. */
const image = (level: (x: number, y: number) => number) =>
  Float32Array.from({ length: 3 * hogSide ** 2 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return level(pixel % hogSide, Math.floor(pixel / hogSide));
  });
/** Sum over blocks and cells by orientation. */
const byOrientation = (descriptor: Float32Array) => {
  const sums = new Array<number>(9).fill(0);
  for (const [i, value] of descriptor.entries()) sums[Math.floor((i % 36) / 4)] += value;
  return sums;
};

describe("hog", () => {
  it("has unit blocks, none for a plain image", () => {
    const descriptor = hog(image((x, y) => Math.sin(x) * Math.cos(0.3 * y)));
    expect(descriptor).toHaveLength(hogLength);
    for (let block = 0; block < 16; block++)
      expect(Math.hypot(...descriptor.subarray(36 * block, 36 * (block + 1)))).toBeCloseTo(1, 3);
    expect(hog(image(() => 0.4)).every((value) => value === 0)).toBe(true);
  });

  it("finds the orientation of gradients whatever their sign and contrast", () => {
    const ramp = (degrees: number, scale: number) => {
      const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      return byOrientation(hog(image((x, y) => 0.5 + scale * ((x - 20) * dx + (y - 20) * dy))));
    };
    for (const [degrees, bin] of [
      [10, 0],
      [90, 4],
      [130, 6],
    ]) {
      const sums = ramp(degrees, 0.01);
      expect(sums.indexOf(Math.max(...sums))).toBe(bin);
      for (const scale of [-0.01, 0.005])
        for (const [i, sum] of ramp(degrees, scale).entries()) expect(sum).toBeCloseTo(sums[i], 0);
    }
  });

  it("takes the channel with the longest gradient", () => {
    const grey = image((x) => (x % 8) / 8);
    const red = grey.map((value, i) => (i % 3 === 0 ? value : 0.5));
    expect(hog(red)).toEqual(hog(grey));
  });
});
