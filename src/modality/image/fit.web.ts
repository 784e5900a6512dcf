/** Scales images to a size in a page. */

import { resized } from "../builtin/resize.js";
import type { RawImage } from "./raw.js";

/** Scale an image to fit `height`×`width`, centred, on the mean colour of its four corners. */
export async function fitImage(image: RawImage, height: number, width: number): Promise<RawImage> {
  if (image.width === width && image.height === height) return image;
  const scale = Math.min(width / image.width, height / image.height);
  const [rows, columns] = [image.height, image.width].map((size) => Math.max(1, Math.round(size * scale)));
  const whole = resized(image, { left: 0, top: 0, width: image.width, height: image.height }, rows, columns);
  const { channels, data } = image;
  const last = image.width * image.height - 1;
  const corners = [0, image.width - 1, last - image.width + 1, last];
  const colour = [0, 1, 2].map((c) => {
    const values = corners.map((pixel) => data[pixel * channels + Math.min(c, channels - 1)]);
    return Math.round(values.reduce((sum, value) => sum + value) / 4);
  });
  const out = Uint8Array.from({ length: 3 * width * height }, (_, i) => colour[i % 3]);
  const [top, left] = [(height - rows) >> 1, (width - columns) >> 1];
  for (let y = 0; y < rows; y++)
    out.set(whole.subarray(3 * columns * y, 3 * columns * (y + 1)), 3 * ((top + y) * width + left));
  return { width, height, channels: 3, data: out };
}
