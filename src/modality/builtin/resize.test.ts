/** Resizing follows its two formulas, for every direction and number of channels. */

import { describe, expect, it } from "vitest";
import type { RawImage } from "../image/raw.js";
import { preparedImage, preparedSide } from "./prepare.js";
import { type Region, resized } from "./resize.js";

const grey = (width: number, height: number, data: readonly number[]) => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(data),
});
const whole = (image: RawImage, rows: number, columns: number) =>
  resized(image, { left: 0, top: 0, width: image.width, height: image.height }, rows, columns);
const reds = (pixels: Uint8Array) => [...pixels].filter((_, i) => i % 3 === 0);

describe("resized", () => {
  it("averages areas, also those that share a pixel", () => {
    expect(reds(whole(grey(4, 2, [0, 40, 100, 120, 20, 60, 200, 40]), 1, 2))).toEqual([30, 115]);
    // The middle pixel is shared by both halves: (10 + 40 / 2) / 1.5 and (40 / 2 + 100) / 1.5.
    expect(reds(whole(grey(3, 1, [10, 40, 100]), 1, 2))).toEqual([20, 80]);
  });

  it("interpolates linearly between the centres of pixels", () => {
    expect(reds(whole(grey(2, 1, [0, 100]), 1, 4))).toEqual([0, 25, 75, 100]);
    expect(reds(whole(grey(1, 1, [77]), 2, 2))).toEqual([77, 77, 77, 77]);
  });

  it("keeps the pixels of an image of the same size, and gives grey three equal channels", () => {
    const data = Uint8Array.from({ length: 27 }, (_, i) => (i * 31) % 256);
    expect(whole({ width: 3, height: 3, channels: 3, data }, 3, 3)).toEqual(data);
    expect([...whole(grey(1, 2, [5, 250]), 2, 1)]).toEqual([5, 5, 5, 250, 250, 250]);
  });

  it.each([2, 3, 4, 5, 6])("rounds means of %i×%i pixels to the nearest level, half a level up", (step) => {
    for (const channels of [1, 3]) {
      const data = Uint8Array.from({ length: channels * (2 * step) ** 2 }, (_, i) => (i * i * 37 + i) % 256);
      const image = { width: 2 * step, height: 2 * step, channels, data };
      const mean = (x: number, y: number, c: number) => {
        let sum = 0;
        for (let i = 0; i < step * step; i++) {
          const [row, column] = [y * step + Math.floor(i / step), x * step + (i % step)];
          sum += data[channels * (row * image.width + column) + (channels === 1 ? 0 : c)];
        }
        return Math.floor(sum / step ** 2 + 0.5);
      };
      const expected = [0, 1].flatMap((y) => [0, 1].flatMap((x) => [0, 1, 2].map((c) => mean(x, y, c))));
      expect([...whole(image, 2, 2)]).toEqual(expected);
    }
  });

  it("takes a region of an image", () => {
    const image = grey(4, 3, [9, 9, 9, 9, 9, 10, 20, 9, 9, 30, 40, 9]);
    const region: Region = { left: 1, top: 1, width: 2, height: 2 };
    expect(reds(resized(image, region, 1, 2))).toEqual([20, 30]);
    expect(reds(resized(image, region, 1, 3))).toEqual([20, 25, 30]);
  });

  it("enlarges one axis and reduces the other", () => {
    expect(reds(whole(grey(1, 4, [0, 10, 100, 200]), 2, 2))).toEqual([5, 5, 150, 150]);
  });
});

describe("preparedImage", () => {
  const at = (pixels: Uint8Array, x: number, y: number) => [
    ...pixels.subarray(3 * (y * preparedSide + x), 3 * (y * preparedSide + x) + 3),
  ];
  /** An image of 320×160 pixels; the colour of each by column and row. */
  const wide = (colour: (x: number, y: number) => readonly number[]) => ({
    width: 320,
    height: 160,
    channels: 3,
    data: Uint8Array.from(
      Array.from({ length: 320 * 160 }, (_, i) => colour(i % 320, Math.floor(i / 320))).flat(),
    ),
  });

  it("crops a photo to the square in its middle", () => {
    const prepared = preparedImage(wide((x, y) => [x >> 1, y, x < 80 || x >= 240 ? 255 : 0]));
    expect(at(prepared, 0, 0)).toEqual([40, 0, 0]);
    expect(at(prepared, 159, 159)).toEqual([119, 159, 0]);
  });

  it("pads a drawing on a plain background with its colour", () => {
    const prepared = preparedImage(
      wide((x, y) => (x > 8 && x < 312 && y > 8 && y < 152 ? [0, 0, 0] : [250, 240, 230])),
    );
    expect(at(prepared, 80, 0)).toEqual([250, 240, 230]);
    expect(at(prepared, 0, 80)).toEqual([250, 240, 230]);
    expect(at(prepared, 20, 80)).toEqual([0, 0, 0]);
    expect(at(prepared, 140, 80)).toEqual([0, 0, 0]);
  });

  it("takes images of one pixel in height", () => {
    expect(preparedImage({ width: 500, height: 1, channels: 1, data: new Uint8Array(500) })).toHaveLength(
      3 * preparedSide ** 2,
    );
  });
});
