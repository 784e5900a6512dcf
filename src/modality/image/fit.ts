/** Scales images to a size, with sharp. */

import { loadSharp } from "../../base/sharp.js";
import { cornerColour } from "./corner-colour.js";
import type { RawImage } from "./raw.js";
import { asBuffer, pixelsOf } from "./sharp-pixels.js";

/** Scale an image to fit `height`×`width`, centred, on the mean colour of its four corners. */
export async function fitImage(image: RawImage, height: number, width: number): Promise<RawImage> {
  if (image.width === width && image.height === height) return image;
  const { channels, data } = image;
  const [r, g, b] = cornerColour(image);
  const raw = { width: image.width, height: image.height, channels: channels as 1 | 3 };
  const sharp = await loadSharp();
  return pixelsOf(
    sharp(asBuffer(data), { raw }).resize(width, height, { fit: "contain", background: { r, g, b } }),
  );
}
