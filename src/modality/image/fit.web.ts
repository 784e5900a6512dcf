/** Scales images to a size in a page. */

import { resized } from "../builtin/resize.js";
import { cornerColour } from "./corner-colour.js";
import type { RawImage } from "./raw.js";

/** Scale an image to fit `height`×`width`, centred, on the mean colour of its four corners. */
export async function fitImage(image: RawImage, height: number, width: number): Promise<RawImage> {
  if (image.width === width && image.height === height) return image;
  const scale = Math.min(width / image.width, height / image.height);
  const [rows, columns] = [image.height, image.width].map((size) => Math.max(1, Math.round(size * scale)));
  const whole = resized(image, { left: 0, top: 0, width: image.width, height: image.height }, rows, columns);
  const colour = cornerColour(image).map(Math.round);
  const out = Uint8Array.from({ length: 3 * width * height }, (_, i) => colour[i % 3]);
  const [top, left] = [(height - rows) >> 1, (width - columns) >> 1];
  for (let y = 0; y < rows; y++)
    out.set(whole.subarray(3 * columns * y, 3 * columns * (y + 1)), 3 * ((top + y) * width + left));
  return { width, height, channels: 3, data: out };
}
