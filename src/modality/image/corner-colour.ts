/** The colour that surrounds an image. */

import type { RawImage } from "./raw.js";

/** The mean red, green and blue of the four corner pixels. */
export function cornerColour({ width, height, channels, data }: RawImage): number[] {
  const last = width * height - 1;
  const corners = [0, width - 1, last - width + 1, last];
  return [0, 1, 2].map((channel) => {
    const values = corners.map((pixel) => data[pixel * channels + Math.min(channel, channels - 1)]);
    return values.reduce((sum, value) => sum + value) / 4;
  });
}
