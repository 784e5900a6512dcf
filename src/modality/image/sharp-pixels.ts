/** Pixels to and from sharp. */

import type { Sharp } from "sharp";
import type { RawImage } from "./raw.js";

/** The pixels of a pipeline in sRGB, over white. */
export async function pixelsOf(pipeline: Sharp): Promise<RawImage> {
  const { data, info } = await pipeline
    .flatten({ background: "#fff" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

/** The same bytes as a Buffer. */
export const asBuffer = (data: Uint8Array | Uint8ClampedArray) =>
  Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
