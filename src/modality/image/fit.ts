/** Scales images to a size, with sharp. */

import { loadSharp } from "../../base/sharp.js";
import type { RawImage } from "./raw.js";
import { asBuffer, pixelsOf } from "./sharp-pixels.js";

/** Scale an image to fit `height`×`width`, centred, on the mean colour of its four corners. */
export async function fitImage(image: RawImage, height: number, width: number): Promise<RawImage> {
  if (image.width === width && image.height === height) return image;
  const { channels, data } = image;
  const last = image.width * image.height - 1;
  const corners = [0, image.width - 1, last - image.width + 1, last];
  const [r, g, b] = [0, 1, 2].map((channel) => {
    const values = corners.map((pixel) => data[pixel * channels + Math.min(channel, channels - 1)]);
    return values.reduce((sum, value) => sum + value) / 4;
  });
  const raw = { width: image.width, height: image.height, channels: channels as 1 | 3 };
  const sharp = await loadSharp();
  return pixelsOf(
    sharp(asBuffer(data), { raw }).resize(width, height, { fit: "contain", background: { r, g, b } }),
  );
}
