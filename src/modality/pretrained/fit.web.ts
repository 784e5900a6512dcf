/** Scales images to the input of a pretrained network, in a page. */

import { resized } from "../builtin/resize.js";
import { fitImage } from "../image/fit.js";
import type { RawImage } from "../image/raw.js";
import type { fitTo as fitInNode } from "./fit.js";

export type { Fit } from "./fit.js";

/** Scale an image to `height`×`width`: by a centre crop whose shorter side had the length `shorter`, stretching or padding. */
export async function fitTo(
  image: RawImage,
  { height, width, shorter, fit }: Parameters<typeof fitInNode>[1],
): Promise<RawImage> {
  if (fit === "pad") return fitImage(image, height, width);
  const side = Math.min(image.width, image.height);
  const scale = shorter === undefined ? Math.max(width / image.width, height / image.height) : shorter / side;
  const scaled = (size: number, least: number) => Math.max(least, Math.round(size * scale));
  const [rows, columns] =
    fit === "stretch" ? [height, width] : [scaled(image.height, height), scaled(image.width, width)];
  const whole = { left: 0, top: 0, width: image.width, height: image.height };
  const data = resized(image, whole, rows, columns);
  return { width, height, channels: 3, data: middleOf(data, rows, columns, height, width) };
}

/** The `height`×`width` pixels in the middle of `rows`×`columns`. */
function middleOf(
  data: Uint8Array,
  rows: number,
  columns: number,
  height: number,
  width: number,
): Uint8Array {
  const [top, left] = [(rows - height) >> 1, (columns - width) >> 1];
  const out = new Uint8Array(3 * height * width);
  for (let y = 0; y < height; y++) {
    const start = 3 * ((top + y) * columns + left);
    out.set(data.subarray(start, start + 3 * width), 3 * y * width);
  }
  return out;
}
