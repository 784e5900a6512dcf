/** Scales images to the input of a pretrained network. */

import { loadSharp } from "../../base/sharp.js";
import { fitImage } from "../image/fit.js";
import type { RawImage } from "../image/raw.js";
import { asBuffer, pixelsOf } from "../image/sharp-pixels.js";

/** How an image is fitted to another aspect ratio: by a centre crop, stretching or padding. */
export type Fit = "crop" | "stretch" | "pad";

interface FitOptions {
  readonly height: number;
  readonly width: number;
  readonly fit: Fit;
  /** The shorter side before a centre crop; as small as possible by default. */
  readonly shorter?: number;
}

/** Scale an image to `height`×`width`. */
export async function fitTo(image: RawImage, { height, width, shorter, fit }: FitOptions): Promise<RawImage> {
  if (fit === "pad") return fitImage(image, height, width);
  const raw = { width: image.width, height: image.height, channels: image.channels as 1 | 3 };
  const sharp = await loadSharp();
  const whole = sharp(asBuffer(image.data), { raw });
  if (fit === "stretch") return pixelsOf(whole.resize(width, height, { fit: "fill" }));
  if (shorter === undefined) return pixelsOf(whole.resize(width, height, { fit: "cover" }));
  const scaled = await pixelsOf(whole.resize(shorter, shorter, { fit: "outside" }));
  const middle = { left: (scaled.width - width) >> 1, top: (scaled.height - height) >> 1, width, height };
  const { channels } = scaled;
  return pixelsOf(
    sharp(asBuffer(scaled.data), {
      raw: { width: scaled.width, height: scaled.height, channels: channels as 1 | 3 },
    }).extract(middle),
  );
}
